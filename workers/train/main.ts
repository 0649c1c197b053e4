/** A process that trains: it takes shards and rounds from the queue. It holds nothing that another cannot redo. */
import { type Job, Worker } from 'bullmq';
import { ConfigError, loadConfig } from '../../config/load.ts';
import { createLogger } from '../../config/logger.ts';
import { connectRedis } from '../../config/redis.ts';
import { findModel, loadManifest } from '../../models/registry.ts';
import { QUEUE_PREFIX } from '../../protocol/jobs.ts';
import { ROUND_QUEUE, SHARD_QUEUE } from '../../protocol/training.ts';
import { loadDataKey } from '../../vault/data-key.ts';
import { createVault } from '../../vault/vault.ts';
import { startThread } from '../runtime/thread.ts';
import { createRoundProcessor } from './round.processor.ts';
import { createRoundStore } from './round-store.ts';
import { createShardProcessor } from './shard.processor.ts';
import { createShardHome } from './shard-home.ts';
import type { TrainData, TrainMethods } from './train-thread.ts';

/** After so long without a sign of life, another worker redoes what a dead one had taken. */
const LOCK_MS = 10_000;
const STOP_TIMEOUT_MS = 3000;

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function run(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.LOG_LEVEL, name: 'train' }).child({ pid: process.pid });
  if (!config.REDIS_URL) {
    throw new ConfigError('A training worker needs REDIS_URL: the queue that the rounds come from.');
  }
  const vault = createVault({ key: loadDataKey({ dataKey: config.DATA_KEY, dataDir: config.DATA_DIR }) });
  const redis = connectRedis({ url: config.REDIS_URL, use: 'blocking' });
  redis.on('error', (error) => logger.debug({ err: error }, 'redis error'));
  const entry = findModel({ manifest: loadManifest(), task: 'embed', name: config.MODEL });
  const { thread } = await startThread<TrainMethods, undefined>({
    script: new URL('./train-thread.ts', import.meta.url),
    data: { model: entry.name, dataDir: config.DATA_DIR } satisfies TrainData,
    onDeath: (error) => {
      logger.fatal({ err: error }, 'the training worker cannot go on');
      process.exit(1);
    },
  });
  const store = createRoundStore({ redis, vault });
  const trainShard = createShardProcessor({ store, thread });
  const finishRound = createRoundProcessor({ store, thread, learn: trainShard });
  const takeHome = createShardHome({ redis });
  const options = {
    connection: redis,
    prefix: QUEUE_PREFIX,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    maxStalledCount: 2,
    removeOnComplete: { age: 3600, count: 1000 },
    removeOnFail: { age: 3600, count: 1000 },
  };
  const workers = [
    new Worker(
      SHARD_QUEUE,
      async (job: Job, token?: string) => {
        await takeHome(job, token);
        return trainShard(job.data);
      },
      options,
    ),
    new Worker(
      ROUND_QUEUE,
      async (job: Job) => finishRound(job.data, await job.getChildrenValues()),
      options,
    ),
  ];
  for (const worker of workers) {
    worker.on('error', (error) => logger.debug({ err: error }, 'queue error'));
    worker.on('failed', (job, error) => logger.warn({ err: error, job: job?.id }, 'a training job failed'));
  }
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.kill(process.pid, 'SIGKILL');
    stopping = true;
    // A step that was begun is not waited for: its shard is done again. An exit would take ONNX Runtime apart under it,
    // which ends in an abort with a message that helps nobody.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_TIMEOUT_MS).unref();
    Promise.all(workers.map((worker) => worker.close())).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  if (process.send) process.once('disconnect', stop);
  if (process.connected === false) stop();
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  logger.info('training worker ready');
}
