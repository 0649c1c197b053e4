/** The parent of a round: one step from all deltas, judged on people who were held back. */
import type { Accuracy } from '../../models/training/held-out.ts';
import {
  type RoundJob,
  type RoundResult,
  roundJobSchema,
  type ShardJob,
  type ShardResult,
  shardResultSchema,
} from '../../protocol/training.ts';
import { MOST_WORDS } from '../../protocol/training-reasons.ts';
import { VaultError } from '../../vault/vault.ts';
import type { Thread } from '../runtime/thread.ts';
import { type RoundStore, TrainingStoreError } from './round-store.ts';
import type { TrainMethods } from './train-thread.ts';

/** Of the shards, are learnt again where their deltas cannot be used; more point to something that is wrong in all. */
const AGAIN = 0.25;

/**
 * A round is worked out from what lies in Redis alone, so that one whose worker died is worked out again with the
 * same result. What is missing, malformed, learnt from another version or points elsewhere is left out and told; where
 * they are few, this worker learns those shards itself: a worker that lies about one of them costs time.
 * @param options.learn does a shard's job
 */
export function createRoundProcessor(options: {
  store: RoundStore;
  thread: Thread<TrainMethods>;
  learn: (job: ShardJob) => Promise<ShardResult>;
}) {
  const { store, thread, learn } = options;
  let people: string | undefined;

  /** The common step of what lies in Redis, and why shards are not in it. */
  const stepOf = async ({ run, round, base, part, steps, work }: RoundJob, baseBytes: Uint8Array) => {
    const { deltas, missing } = await deltasOf({ store, run, round, shards: work.length });
    const { accepted, rejected, made } = await thread.call('step', {
      part,
      base: baseBytes,
      deltas,
      steps,
      velocity: await store.outer(run, base, 'velocity'),
      residual: await store.outer(run, base, 'residual'),
    });
    return { accepted, made, rejected: [...missing, ...rejected].sort((a, b) => a.shard - b.shard) };
  };

  return async (data: unknown, children: Record<string, unknown>): Promise<RoundResult> => {
    const job = roundJobSchema.parse(data);
    const { run, round, base, serving, part, work } = job;
    const results = new Map(
      Object.entries(children).flatMap(([key, value]) => {
        const result = shardResultSchema.safeParse(value).data;
        // Of the shard that the job was about, not of the one it names.
        return result && key.endsWith(`-${result.shard}`) ? [[result.shard, result] as const] : [];
      }),
    );
    const baseBytes = await store.checkpoint(run, base);
    let joinedAt = Date.now();
    let { accepted, rejected, made } = await stepOf(job, baseBytes);
    if (rejected.length > 0 && rejected.length <= Math.max(1, Math.floor(AGAIN * work.length))) {
      for (const { shard } of rejected) {
        const result = await learn(work[shard] as ShardJob).catch(() => undefined);
        if (result) results.set(shard, result); // Else it stays left out.
      }
      const first = rejected;
      joinedAt = Date.now();
      ({ accepted, rejected, made } = await stepOf(job, baseBytes));
      const told = rejected.map(({ shard }) => shard);
      rejected.push(
        ...first.filter(({ shard }) => !told.includes(shard)).map((one) => ({ ...one, again: true })),
      );
    }
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
    // This round's are kept: if this worker dies before the queue knows of its end, another one does the round again.
    await store.dropDeltas(run, round - 1, work.length);
    const told = [...results.values()];
    return {
      round,
      candidate: made?.id ?? base,
      accuracy,
      serving: served,
      promoted: isBetter(accuracy, served),
      accepted,
      rejected,
      loss: meanLoss(told),
      results: told,
      joinedAt,
      bytes: trafficOf(told),
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
      const words = error.message.slice(0, MOST_WORDS);
      missing.push({ shard, reason: { code: 'missing', words }, again: false });
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
