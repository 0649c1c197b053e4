/** The parent of a round: one step from all deltas, judged on people who were held back. */
import type { Accuracy } from '../../models/training/held-out.ts';
import {
  type RoundResult,
  roundJobSchema,
  type ShardResult,
  shardResultSchema,
} from '../../protocol/training.ts';
import { VaultError } from '../../vault/vault.ts';
import type { Thread } from '../runtime/thread.ts';
import { type RoundStore, TrainingStoreError } from './round-store.ts';
import type { TrainMethods } from './train-thread.ts';

/**
 * A round is worked out from what lies in Redis alone, so that one whose worker died is worked out again with the
 * same result. What is missing, malformed, or learnt from another version is left out and told.
 */
export function createRoundProcessor({ store, thread }: { store: RoundStore; thread: Thread<TrainMethods> }) {
  let people: string | undefined;

  return async (data: unknown, children: Record<string, unknown>): Promise<RoundResult> => {
    const { run, round, base, serving, part, shards, steps } = roundJobSchema.parse(data);
    const results = Object.values(children).flatMap((value) => shardResultSchema.safeParse(value).data ?? []);
    const { deltas, missing } = await deltasOf({ store, run, round, shards });
    const baseBytes = await store.checkpoint(run, base);
    const { accepted, rejected, made } = await thread.call('step', {
      part,
      base: baseBytes,
      deltas,
      steps,
      velocity: await store.outer(run, base, 'velocity'),
      residual: await store.outer(run, base, 'residual'),
    });
    if (made) {
      await store.putOuter(run, made.id, 'velocity', made.velocity);
      await store.putOuter(run, made.id, 'residual', made.residual);
      await store.putStep(run, made.id, made.step);
      await store.putCheckpoint(run, made.id, made.checkpoint);
      // This round may be worked out again, the one before it may not.
      if (made.before) await store.dropOuter(run, made.before);
    }
    if (people !== run) {
      await thread.call('loadPeople', { name: run, json: (await store.validation(run)).toString('utf8') });
      people = run;
    }
    const judge = (checkpoint: Uint8Array) => thread.call('judge', { people: run, checkpoint, part });
    const served = serving.accuracy ?? (await judge(await store.checkpoint(run, serving.id)));
    const accuracy = await judge(made?.checkpoint ?? baseBytes);
    await store.dropDeltas(run, round, shards);
    return {
      round,
      candidate: made?.id ?? base,
      accuracy,
      serving: served,
      promoted: isBetter(accuracy, served),
      accepted,
      rejected: [...missing, ...rejected].sort((a, b) => a.shard - b.shard),
      loss: meanLoss(results),
      results,
      bytes: trafficOf(results),
    };
  };
}

/** What the workers sent, and which shards sent nothing that can be opened. */
async function deltasOf(options: { store: RoundStore; run: string; round: number; shards: number }) {
  const { store, run, round, shards } = options;
  const deltas: { shard: number; bytes: Uint8Array }[] = [];
  const missing: RoundResult['rejected'] = [];
  for (let shard = 0; shard < shards; shard++) {
    try {
      deltas.push({ shard, bytes: await store.delta(run, round, shard) });
    } catch (error) {
      if (!(error instanceof TrainingStoreError || error instanceof VaultError)) throw error;
      missing.push({ shard, reason: error.message.slice(0, 600) });
    }
  }
  return { deltas, missing };
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
