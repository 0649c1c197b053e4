import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../config/logger.ts';
import { connectRedis } from '../../config/redis.ts';
import { Answers } from '../../server/queue/answers.ts';
import { createCropQueue } from '../../server/queue/crop-queue.ts';
import { createQueues } from '../../server/queue/queues.ts';
import { EmbeddedRedis } from '../../server/redis/embedded-redis.ts';
import { WorkerSupervisor } from '../../server/workers/supervisor.ts';
import { loadDataKey } from '../../vault/data-key.ts';
import { createVault } from '../../vault/vault.ts';
import { benchCrops } from './crops.ts';

export type Throughput = { workers: number; cropsPerSecond: number; meanBatchWaitMs: number };

/** Crops a second through sealing, Redis, BullMQ, worker and answer, with as many in flight as keeps the workers busy. */
export async function benchThroughput(options: { seconds: number; workers: number }): Promise<Throughput> {
  const dataDir = mkdtempSync(join(tmpdir(), 'facewire-bench-'));
  const logger = createLogger({ level: 'warn', name: 'bench' });
  const embedded = await EmbeddedRedis.start({ dataDir, logger });
  const redis = connectRedis({ url: embedded.url, use: 'commands' });
  const vault = createVault({ key: loadDataKey({ dataKey: undefined, dataDir }) });
  const answers = await Answers.create({
    server: randomBytes(8).toString('hex'),
    subscriber: connectRedis({ url: embedded.url, use: 'blocking' }),
    vault,
    logger,
    onUnexpected: () => {},
  });
  const queues = createQueues(redis);
  const queue = createCropQueue({ redis, queue: queues.crops, answers, vault, now: Date.now });
  const supervisor = new WorkerSupervisor({
    count: options.workers,
    environment: { ...process.env, REDIS_URL: embedded.url, DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    logger,
  });
  try {
    const crops = await benchCrops(50);
    let sequence = 0;
    const one = async () => {
      sequence += 1;
      const { answer } = await queue.submit({
        stream: 'bench',
        track: sequence,
        sequence,
        codec: 'jpeg',
        payload: crops[sequence % crops.length] as Buffer,
        quality: 0.9,
        evidence: undefined,
        deadlineAt: Date.now() + 30_000,
      });
      const { result, timings } = await answer;
      if (result.outcome === 'dropped') throw new Error(`a crop was dropped: ${result.reason}`);
      return timings.queue;
    };
    await one(); // Waits for the worker to be up.
    await flood(one, 1);
    return { workers: options.workers, ...(await flood(one, options.seconds)) };
  } finally {
    await supervisor.close();
    await queues.close();
    answers.close();
    redis.disconnect();
    await embedded.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const IN_FLIGHT = 64;

async function flood(one: () => Promise<number>, seconds: number) {
  const start = performance.now();
  const until = start + seconds * 1000;
  let done = 0;
  let waited = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < until) {
        waited += await one();
        done += 1;
      }
    }),
  );
  return { cropsPerSecond: (done * 1000) / (performance.now() - start), meanBatchWaitMs: waited / done };
}
