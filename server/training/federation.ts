import { randomUUID } from 'node:crypto';
import { FlowProducer, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  MOST_CHECKPOINT_BYTES,
  readCheckpoint,
  type Tensors,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import { QUEUE_PREFIX } from '../../protocol/jobs.ts';
import {
  type HeldOutPeople,
  ROUND_QUEUE,
  type RoundJob,
  type RoundResult,
  roundResultSchema,
  type Samples,
  SHARD_QUEUE,
  type ShardJob,
  TRAINING_LIFE_S,
  trainingKeys,
  trainingPurposes,
} from '../../protocol/training.ts';
import type { Vault } from '../../vault/vault.ts';
import { TrainingError } from './people.ts';

/** A round that takes longer is given up: no worker is left, or they all die of it. */
const ROUND_TIMEOUT_MS = 30 * 60_000;
/** A shard that fails is tried on once more. */
const SHARD_ATTEMPTS = 2;

type Scope = {
  readonly model: string;
  readonly part: 'full' | 'tail';
  readonly shapes: ReadonlyMap<string, readonly number[]>;
};

export type Federation = {
  /** Adds a round as a flow of jobs and waits until its parent is done. */
  round(options: {
    round: number;
    base: string;
    serving: RoundJob['serving'];
    steps: number;
    seed: number;
    progress: ShardJob['progress'];
  }): Promise<RoundResult>;
  /** Steps of one worker on one shard, without a round. @returns the weights it came to */
  alone(options: { shard: number; base: string; steps: number; seed: number }): Promise<Tensors>;
  /** @throws CheckpointError */
  weights(id: string): Promise<Tensors>;
  close(): Promise<void>;
};

/**
 * Opens a run: its shards, the people of its validation and its first weights go to Redis, sealed.
 * @param options.redis for commands
 * @param options.blocking another connection, for the queue's events
 * @returns the run, and the id of its first checkpoint
 */
export async function openFederation(options: {
  redis: Redis;
  blocking: Redis;
  vault: Vault;
  scope: Scope;
  start: Tensors;
  shards: readonly Samples[];
  /** How many of the shards take part in rounds. */
  rounds: number;
  validation: HeldOutPeople;
}): Promise<{ federation: Federation; run: string; first: string }> {
  const { redis, vault, scope } = options;
  const { model, part, shapes } = scope;
  const run = randomUUID();
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

  const queue = { connection: redis, prefix: QUEUE_PREFIX };
  const flows = new FlowProducer(queue);
  const shardQueue = new Queue(SHARD_QUEUE, queue);
  // Each reader of events blocks its connection.
  const second = options.blocking.duplicate();
  second.on('error', () => {});
  const roundEvents = new QueueEvents(ROUND_QUEUE, { connection: options.blocking, prefix: QUEUE_PREFIX });
  const shardEvents = new QueueEvents(SHARD_QUEUE, { connection: second, prefix: QUEUE_PREFIX });
  // Errors of connections arrive at the caller of each command.
  flows.on('error', () => {});
  shardQueue.on('error', () => {});
  for (const listener of [roundEvents, shardEvents]) listener.on('error', () => {});
  await Promise.all([roundEvents.waitUntilReady(), shardEvents.waitUntilReady()]);

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
    async round({ round, base, serving, steps, seed, progress }) {
      const data: RoundJob = { run, round, base, serving, part, shards: options.rounds, steps };
      const flow = await flows.add({
        name: 'round',
        queueName: ROUND_QUEUE,
        data,
        opts: { attempts: SHARD_ATTEMPTS },
        children: Array.from({ length: options.rounds }, (_, shard) => ({
          name: 'shard',
          queueName: SHARD_QUEUE,
          data: {
            run,
            round,
            shard,
            base,
            part,
            steps,
            dtype: 'q4',
            seed: seed * 1000 + round * 17 + shard,
            progress,
          } satisfies ShardJob,
          // A shard that cannot be trained is left out of the round; it does not end it.
          opts: { attempts: SHARD_ATTEMPTS, ignoreDependencyOnFailure: true },
        })),
      });
      return roundResultSchema.parse(await flow.job.waitUntilFinished(roundEvents, ROUND_TIMEOUT_MS));
    },
    async alone({ shard, base, steps, seed }) {
      const data: ShardJob = {
        run,
        round: 1,
        shard,
        base,
        part,
        steps,
        dtype: 'f32',
        seed,
        progress: { from: 0, to: 1 },
      };
      const job = await shardQueue.add('shard', data, { attempts: SHARD_ATTEMPTS });
      await job.waitUntilFinished(shardEvents, ROUND_TIMEOUT_MS);
      const [before, delta] = [await weights(base), await read(trainingKeys.delta(run, 1, shard), 'delta')];
      return new Map(
        [...before].map(([name, { dims, data }]) => [
          name,
          { dims, data: data.map((value, i) => value + (delta.get(name)?.data[i] ?? 0)) },
        ]),
      );
    },
    async close() {
      await Promise.all([flows.close(), shardQueue.close(), roundEvents.close(), shardEvents.close()]);
      second.disconnect();
    },
  };
  return { federation, run, first: first.id };
}
