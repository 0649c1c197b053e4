/** The parent of a round: one step from all deltas, judged on people who were held back. */
import {
  type Checkpoint,
  CheckpointError,
  readCheckpoint,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import {
  type RoundResult,
  roundJobSchema,
  type ShardResult,
  shardResultSchema,
} from '../../protocol/training.ts';
import { VaultError } from '../../vault/vault.ts';
import type { Thread } from '../runtime/thread.ts';
import { outerStep, type Values } from './aggregate.ts';
import { type RoundStore, TrainingStoreError } from './round-store.ts';
import type { TrainMethods } from './train-thread.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * A round is worked out from what lies in Redis alone, so that one whose worker died is worked out again with the
 * same result. What is missing, malformed, or learnt from another version is left out and told.
 */
export function createRoundProcessor(options: {
  store: RoundStore;
  thread: Thread<TrainMethods>;
  model: string;
  shapesOf: (part: 'full' | 'tail') => Shapes;
}) {
  const { store, thread, model } = options;
  let people: string | undefined;

  return async (data: unknown, children: Record<string, unknown>): Promise<RoundResult> => {
    const { run, round, base, serving, part, shards } = roundJobSchema.parse(data);
    const shapes = options.shapesOf(part);
    const baseBytes = await store.checkpoint(run, base);
    const before = await readCheckpoint(baseBytes, { kind: 'weights', model, shapes });
    const results = Object.values(children).flatMap((value) => shardResultSchema.safeParse(value).data ?? []);

    const accepted: { shard: number; delta: Checkpoint }[] = [];
    const rejected: RoundResult['rejected'] = [];
    let up = 0;
    for (let shard = 0; shard < shards; shard++) {
      const read = await readDelta({ store, run, round, shard, base, model, shapes });
      if ('delta' in read) {
        accepted.push({ shard, delta: read.delta });
        up += read.bytes;
      } else {
        rejected.push({ shard, reason: read.reason });
      }
    }

    const velocityBytes = await store.velocity(run, base);
    const velocity =
      velocityBytes && valuesOf(await readCheckpoint(velocityBytes, { kind: 'delta', model, shapes }));
    let candidate = { id: base, bytes: baseBytes as Uint8Array };
    if (accepted.length > 0) {
      const outer = outerStep({ deltas: accepted.map(({ delta }) => valuesOf(delta)), velocity });
      candidate = await writeCheckpoint({
        kind: 'weights',
        dtype: 'f32',
        model,
        parent: base,
        tensors: tensorsOf(
          shapes,
          (name, i) => (before.tensors.get(name)?.data[i] ?? 0) + (outer.step.get(name)?.[i] ?? 0),
        ),
      });
      const kept = await writeCheckpoint({
        kind: 'delta',
        dtype: 'f32',
        model,
        parent: base,
        tensors: tensorsOf(shapes, (name, i) => outer.velocity.get(name)?.[i] ?? 0),
      });
      await store.putVelocity(run, candidate.id, kept.bytes);
      await store.putCheckpoint(run, candidate.id, candidate.bytes);
    }
    if (people !== run) {
      await thread.call('loadPeople', { name: run, json: (await store.validation(run)).toString('utf8') });
      people = run;
    }
    const served =
      serving.accuracy ??
      (await thread.call('judge', {
        people: run,
        checkpoint: await store.checkpoint(run, serving.id),
        part,
      }));
    const accuracy = await thread.call('judge', { people: run, checkpoint: candidate.bytes, part });
    await store.dropDeltas(run, round, shards);
    return {
      round,
      candidate: candidate.id,
      accuracy,
      serving: served,
      promoted: isBetter(accuracy, served),
      accepted: accepted.map(({ shard }) => shard),
      rejected,
      loss: meanLoss(results),
      bytes: { up, down: baseBytes.length * shards },
    };
  };
}

async function readDelta(options: {
  store: RoundStore;
  run: string;
  round: number;
  shard: number;
  base: string;
  model: string;
  shapes: Shapes;
}): Promise<{ delta: Checkpoint; bytes: number } | { reason: string }> {
  const { store, run, round, shard, base, model, shapes } = options;
  try {
    const bytes = await store.delta(run, round, shard);
    const delta = await readCheckpoint(bytes, { kind: 'delta', model, shapes });
    if (delta.parent !== base)
      return { reason: `It was learnt from ${delta.parent}, which is not this round's.` };
    return { delta, bytes: bytes.length };
  } catch (error) {
    const foreseen = [CheckpointError, TrainingStoreError, VaultError].some((kind) => error instanceof kind);
    if (!foreseen) throw error;
    return { reason: (error as Error).message.slice(0, 600) };
  }
}

function valuesOf({ tensors }: Checkpoint): Values {
  return new Map([...tensors].map(([name, { data }]) => [name, data]));
}

function tensorsOf(shapes: Shapes, value: (name: string, i: number) => number) {
  return new Map(
    [...shapes].map(([name, dims]) => {
      const size = dims.reduce((product, side) => product * side, 1);
      return [name, { dims, data: Float32Array.from({ length: size }, (_, i) => value(name, i)) }];
    }),
  );
}

/**
 * More people are found while as many strangers are named: at each FPIR the threshold is the candidate's own. Where
 * few are held out the TPIR at one FPIR hangs on a handful of searches, so the mean over several decides.
 */
function isBetter(candidate: Accuracy, serving: Accuracy): boolean {
  return candidate.meanTpir > serving.meanTpir + 1e-9;
}

function meanLoss(results: readonly ShardResult[]): number | null {
  if (results.length === 0) return null;
  return results.reduce((sum, { lastLoss }) => sum + lastLoss, 0) / results.length;
}
