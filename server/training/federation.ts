import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlowProducer, type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  MOST_CHECKPOINT_BYTES,
  readCheckpoint,
  type Tensors,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import { plus } from '../../models/training/delta.ts';
import { QUEUE_PREFIX } from '../../protocol/jobs.ts';
import {
  APPRAISAL_QUEUE,
  type Appraisal,
  type AppraisalJob,
  appraisalSchema,
  type HeldOutPeople,
  ROUND_QUEUE,
  type RoundJob,
  type RoundResult,
  type RunProgress,
  roundResultSchema,
  runProgressSchema,
  type Samples,
  SHARD_QUEUE,
  type ShardJob,
  shardResultSchema,
  TRAINING_LIFE_S,
  trainingKeys,
  trainingPurposes,
} from '../../protocol/training.ts';
import type { Vault } from '../../vault/vault.ts';
import { TrainingError } from './people.ts';

/** A job that takes longer is given up: no worker is left, or they all die of it. */
const JOB_TIMEOUT_MS = 60 * 60_000;
const POLL_MS = 200;
/** What fails is tried once more. */
const ATTEMPTS = 2;

type Scope = {
  readonly model: string;
  readonly part: 'full' | 'tail';
  readonly shapes: ReadonlyMap<string, readonly number[]>;
};

/** Which serves after a round, and how it does on the people of the validation. */
export function servingAfter(result: RoundResult, before: RoundJob['serving']): RoundJob['serving'] {
  return result.promoted
    ? { id: result.candidate, accuracy: result.accuracy }
    : { id: before.id, accuracy: result.serving };
}

export type Federation = {
  /**
   * Adds a round as a flow of jobs and waits until its parent is done. A round that was added before, by a coordinator
   * that is no more, is waited for.
   */
  round(options: {
    round: number;
    base: string;
    serving: RoundJob['serving'];
    steps: number;
    /** Of the people, the groups that are there. */
    arrived: number;
    seed: number;
    progress: ShardJob['progress'];
  }): Promise<RoundResult>;
  /** Steps of one worker on one shard, without a round. @returns the weights it came to, and how long it was at it */
  alone(options: {
    shard: number;
    base: string;
    steps: number;
    arrived: number;
    seed: number;
  }): Promise<{ weights: Tensors; ms: number }>;
  /** Has a worker make the file of a checkpoint and measure it, as it would serve. */
  appraise(checkpoint: string): Promise<Appraisal>;
  /** @throws CheckpointError */
  weights(id: string): Promise<Tensors>;
  /** Keeps where the run stands. */
  keep(progress: RunProgress): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens a run: its shards, the people of its validation and its first weights go to Redis, sealed. A run that is there
 * already goes on.
 * @param options.run its name, for a run that is to be found again
 * @returns the run, the id of its first checkpoint, and where it stood
 */
export async function openFederation(options: {
  redis: Redis;
  vault: Vault;
  scope: Scope;
  run?: string;
  start: Tensors;
  shards: readonly Samples[];
  /** How many of the shards take part in rounds. */
  rounds: number;
  validation: HeldOutPeople;
}): Promise<{ federation: Federation; run: string; first: string; progress: RunProgress | undefined }> {
  const { redis, vault, scope, run = randomUUID() } = options;
  const { model, part, shapes } = scope;
  const put = (key: string, purpose: string, plain: Uint8Array) =>
    redis.set(key, vault.seal(purpose, plain), 'EX', TRAINING_LIFE_S);
  const putJson = (key: string, value: unknown) =>
    put(key, trainingPurposes.samples, Buffer.from(JSON.stringify(value)));
  for (const [shard, samples] of options.shards.entries())
    await putJson(trainingKeys.samples(run, shard), samples);
  await putJson(trainingKeys.validation(run), options.validation);
  const first = await writeCheckpoint({
    kind: 'weights',
    dtype: 'f32',
    model,
    parent: null,
    tensors: options.start,
  });
  await put(trainingKeys.checkpoint(run, first.id), trainingPurposes.weights, first.bytes);
  const kept = await redis.getBuffer(trainingKeys.progress(run));
  const progress =
    kept && runProgressSchema.parse(JSON.parse(vault.open(trainingPurposes.weights, kept).toString('utf8')));

  const queue = { connection: redis, prefix: QUEUE_PREFIX };
  const flows = new FlowProducer(queue);
  const shardQueue = new Queue(SHARD_QUEUE, queue);
  const roundQueue = new Queue(ROUND_QUEUE, queue);
  const appraisalQueue = new Queue(APPRAISAL_QUEUE, queue);
  // Errors of connections arrive at the caller of each command.
  flows.on('error', () => {});
  for (const each of [shardQueue, roundQueue, appraisalQueue]) each.on('error', () => {});

  /**
   * Waits for a job by asking for it, which survives what events do not: a Redis or a coordinator that begins anew. A
   * job that Redis lost with its last moment is added again.
   */
  const finished = async (of: Queue, id: string, addJob: () => Promise<Job | undefined>): Promise<Job> => {
    const until = Date.now() + JOB_TIMEOUT_MS;
    while (Date.now() < until) {
      const job: Job | undefined = (await of.getJob(id)) ?? (await addJob());
      const state = await job?.getState();
      if (job && state === 'completed') return (await of.getJob(id)) ?? job;
      if (state === 'failed') {
        const reason = job?.failedReason ?? 'a job failed';
        throw new TrainingError(`The training stops: ${reason.replace(/\.$/, '')}.`);
      }
      await sleep(POLL_MS);
    }
    throw new TrainingError('The training stops: no worker finished its part within an hour.');
  };

  const read = async (key: string, kind: 'weights' | 'delta'): Promise<Tensors> => {
    const sealed = await redis.getBuffer(key);
    if (!sealed || sealed.length > 2 * MOST_CHECKPOINT_BYTES)
      throw new TrainingError('A checkpoint is not in Redis any more.');
    const bytes = vault.open(trainingPurposes.weights, sealed);
    return (await readCheckpoint(bytes, { kind, model, shapes })).tensors;
  };
  const weights = (id: string) => read(trainingKeys.checkpoint(run, id), 'weights');

  const federation: Federation = {
    weights,
    async round({ round, base, serving, steps, arrived, seed, progress }) {
      const id = `${run}-${round}`;
      const work = Array.from(
        { length: options.rounds },
        (_, shard): ShardJob => ({
          run,
          round,
          shard,
          base,
          part,
          steps,
          arrived,
          dtype: 'q4',
          seed: seed * 1000 + shard,
          progress,
        }),
      );
      const data: RoundJob = { run, round, base, serving, part, steps, work };
      const job = await finished(roundQueue, id, async () => {
        const flow = await flows.add({
          name: 'round',
          queueName: ROUND_QUEUE,
          data,
          opts: { jobId: id, attempts: ATTEMPTS },
          children: work.map((data) => ({
            name: 'shard',
            queueName: SHARD_QUEUE,
            data,
            // A shard that cannot be trained is left out of the round; it does not end it.
            opts: { jobId: `${id}-${data.shard}`, attempts: ATTEMPTS, ignoreDependencyOnFailure: true },
          })),
        });
        return flow.job;
      });
      return roundResultSchema.parse(job.returnvalue);
    },
    async alone({ shard, base, steps, arrived, seed }) {
      const data: ShardJob = {
        run,
        round: 1,
        shard,
        base,
        part,
        steps,
        arrived,
        dtype: 'f32',
        seed,
        progress: { from: 0, to: 1 },
      };
      const jobId = `${run}-alone`;
      const job = await finished(shardQueue, jobId, () =>
        shardQueue.add('shard', data, { jobId, attempts: ATTEMPTS }),
      );
      const [before, delta] = [await weights(base), await read(trainingKeys.delta(run, 1, shard), 'delta')];
      return { weights: plus(before, delta), ms: shardResultSchema.parse(job.returnvalue).ms };
    },
    async appraise(checkpoint) {
      const data: AppraisalJob = { run, checkpoint, part };
      const jobId = `${run}-${checkpoint}`;
      const job = await finished(appraisalQueue, jobId, () =>
        appraisalQueue.add('appraise', data, { jobId, attempts: ATTEMPTS }),
      );
      return appraisalSchema.parse(job.returnvalue);
    },
    async keep(progress) {
      await put(trainingKeys.progress(run), trainingPurposes.weights, Buffer.from(JSON.stringify(progress)));
    },
    async close() {
      await Promise.all([flows, shardQueue, roundQueue, appraisalQueue].map((each) => each.close()));
    },
  };
  return { federation, run, first: first.id, progress: progress || undefined };
}
