import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { redisKeys, type WorkerStatus, workerStatusSchema } from '../../protocol/jobs.ts';

const INTERVAL_MS = 1000;
/** A worker that was killed leaves its field behind; the next to start clears it after this time. */
const FORGET_AFTER_MS = 60_000;

export type Heartbeat = { stop(): Promise<void> };

/** Tells every second that this worker is there, and what it knows. One beat at a time: none pile up without Redis. */
export function startHeartbeat(options: { redis: Redis; status: () => WorkerStatus }): Heartbeat {
  const { redis, status } = options;
  const stopping = new AbortController();
  const beat = async (): Promise<void> => {
    const now = status();
    // A beat that fails (Redis is loading, or read-only) is followed by another.
    await redis.hset(redisKeys.workers, now.id, JSON.stringify(now)).catch(() => {});
    await sleep(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => {});
  };
  const run = async (): Promise<void> => {
    await forgetTheDead(redis).catch(() => {});
    while (!stopping.signal.aborted) await beat();
  };
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
      await redis.hdel(redisKeys.workers, status().id);
    },
  };
}

async function forgetTheDead(redis: Redis): Promise<void> {
  const all = await redis.hgetall(redisKeys.workers);
  const dead = Object.entries(all).filter(([, text]) => !isRecent(text));
  if (dead.length > 0) await redis.hdel(redisKeys.workers, ...dead.map(([id]) => id));
}

function isRecent(text: string): boolean {
  try {
    return workerStatusSchema.parse(JSON.parse(text)).at > Date.now() - FORGET_AFTER_MS;
  } catch {
    return false;
  }
}
