/** The parent of a round: one step from all deltas, judged on people who were held back. */
import {
  type Checkpoint,
  CheckpointError,
  readCheckpoint,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import { longestDelta, normOf, type Values } from '../../models/training/delta.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import {
  type RoundResult,
  roundJobSchema,
  type ShardResult,
  shardResultSchema,
} from '../../protocol/training.ts';
import { VaultError } from '../../vault/vault.ts';
import type { Thread } from '../runtime/thread.ts';
import { outerStep } from './aggregate.ts';
import { plus } from './known-checkpoints.ts';
import { type RoundStore, TrainingStoreError } from './round-store.ts';
import { writeLossy } from './shard-memory.ts';
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
    const { run, round, base, serving, part, shards, steps } = roundJobSchema.parse(data);
    const shapes = options.shapesOf(part);
    const baseBytes = await store.checkpoint(run, base);
    const before = await readCheckpoint(baseBytes, { kind: 'weights', model, shapes });
    const results = Object.values(children).flatMap((value) => shardResultSchema.safeParse(value).data ?? []);

    const accepted: { shard: number; delta: Values }[] = [];
    const rejected: RoundResult['rejected'] = [];
    for (let shard = 0; shard < shards; shard++) {
      const read = await readDelta({ store, run, round, shard, base, steps, model, shapes });
      if ('delta' in read) accepted.push({ shard, delta: read.delta });
      else rejected.push({ shard, reason: read.reason });
    }

    let candidate = { id: base, bytes: baseBytes as Uint8Array };
    if (accepted.length > 0) {
      const kept = async (what: 'velocity' | 'residual') => {
        const bytes = await store.outer(run, base, what);
        return bytes && valuesOf(await readCheckpoint(bytes, { kind: 'delta', model, shapes }));
      };
      const outer = outerStep({
        deltas: accepted.map(({ delta }) => delta),
        velocity: await kept('velocity'),
      });
      for (const place of outer.strays.toSorted((a, b) => b - a)) {
        for (const { shard } of accepted.splice(place, 1))
          rejected.push({ shard, reason: 'It points elsewhere than what the others learnt.' });
      }
      // The step goes out compressed, and what that loses goes into the next one: both sides add what was sent.
      const residual = await kept('residual');
      const about = { model, parent: base };
      const step = await writeLossy({
        ...about,
        dtype: 'q4',
        tensors: tensorsOf(
          shapes,
          (name, i) => (outer.step.get(name)?.[i] ?? 0) + (residual?.get(name)?.[i] ?? 0),
        ),
      });
      const tensors = plus(before.tensors, step.written);
      candidate = await writeCheckpoint({ ...about, kind: 'weights', dtype: 'f32', tensors });
      for (const [what, values] of [
        ['velocity', outer.velocity],
        ['residual', step.rest],
      ] as const) {
        const { bytes } = await writeCheckpoint({
          ...about,
          kind: 'delta',
          dtype: 'f32',
          tensors: tensorsOf(shapes, (name, i) => values.get(name)?.[i] ?? 0),
        });
        await store.putOuter(run, candidate.id, what, bytes);
      }
      await store.putStep(run, candidate.id, step.bytes);
      await store.putCheckpoint(run, candidate.id, candidate.bytes);
      // This round may be worked out again, the one before it may not.
      if (before.parent) await store.dropOuter(run, before.parent);
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
      results,
      bytes: trafficOf(results),
    };
  };
}

async function readDelta(options: {
  store: RoundStore;
  run: string;
  round: number;
  shard: number;
  base: string;
  steps: number;
  model: string;
  shapes: Shapes;
}): Promise<{ delta: Values } | { reason: string }> {
  const { store, run, round, shard, base, steps, model, shapes } = options;
  try {
    const bytes = await store.delta(run, round, shard);
    const read = await readCheckpoint(bytes, { kind: 'delta', model, shapes });
    if (read.parent !== base)
      return { reason: `It was learnt from ${read.parent}, which is not this round's.` };
    const delta = valuesOf(read);
    const [length, most] = [normOf(delta), longestDelta(delta, steps)];
    if (!(length <= most)) {
      return {
        reason: `It is ${length.toPrecision(3)} long; ${steps} steps bring ${most.toPrecision(3)} at most.`,
      };
    }
    return { delta };
  } catch (error) {
    const foreseen = [CheckpointError, TrainingStoreError, VaultError].some((kind) => error instanceof kind);
    if (!foreseen) throw error;
    return { reason: (error as Error).message.slice(0, 600) };
  }
}

/** What the workers fetched and sent, and the jobs and results that told them. */
function trafficOf(results: readonly ShardResult[]): RoundResult['bytes'] {
  const sum = (of: (result: ShardResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    down: sum(({ bytes }) => bytes.down),
    up: sum((result) => result.bytes.up + JSON.stringify(result).length),
  };
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
