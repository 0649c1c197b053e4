/**
 * A shard goes to the worker that had it last: its crops are prepared there, and what Adam and compression know of it
 * lies there. The queue gives it to whoever asks first; that one leaves it to the other for a moment.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { shardJobSchema, TRAINING_LIFE_S, trainingKeys } from '../../protocol/training.ts';

/** A worker that has not taken its shard so long after the round began has other work, or is dead. */
const PATIENCE_MS = 2000;
/** Both workers of two shards may hold each other's: they come back at different times. */
const AGAIN_MS = 100;

/** @returns for a shard's job, makes this worker its home, or leaves it in the queue (DelayedError: not a failure) */
export function createShardHome({ redis }: { redis: Redis }) {
  const here = randomUUID();
  return async (job: Job, token: string | undefined): Promise<void> => {
    const { run, shard } = shardJobSchema.parse(job.data);
    const key = trainingKeys.home(run, shard);
    const home = await redis.get(key);
    if (home !== null && home !== here && Date.now() - job.timestamp < PATIENCE_MS) {
      await job.moveToDelayed(Date.now() + AGAIN_MS * Math.random(), token);
      // Whoever waits longer than the job does not take it again at once.
      await sleep(AGAIN_MS * Math.random());
      throw new DelayedError();
    }
    await redis.set(key, here, 'EX', TRAINING_LIFE_S);
  };
}
