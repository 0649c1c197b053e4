import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Job, MetricsTime, Worker } from 'bullmq';
import { now } from '../config/clock.ts';
import { ConfigError, loadConfig } from '../config/load.ts';
import { createLogger, type Logger } from '../config/logger.ts';
import { connectRedis } from '../config/redis.ts';
import type { Config } from '../config/schema.ts';
import { BULK_QUEUE, CROP_QUEUE, PHOTO_QUEUE, QUEUE_PREFIX, redisKeys } from '../protocol/jobs.ts';
import { loadDataKey } from '../vault/data-key.ts';
import { createVault } from '../vault/vault.ts';
import { createBulkProcessor } from './recognize/bulk.processor.ts';
import { createCropProcessor } from './recognize/crop.processor.ts';
import { createPhotoProcessor } from './recognize/photo.processor.ts';
import type { PhotoMethods } from './recognize/photo-thread.ts';
import { createRecognizer } from './recognize/recognizer.ts';
import { createTrials } from './recognize/trial.ts';
import { logConnection } from './runtime/connection-log.ts';
import type { EngineOptions } from './runtime/engine.ts';
import { startHeartbeat } from './runtime/heartbeat.ts';
import { createIdleGate } from './runtime/idle-gate.ts';
import { createLoadMeter } from './runtime/load-meter.ts';
import { followOperatingPoint } from './runtime/operating-point.ts';
import { type Provider, wantedProvider } from './runtime/providers.ts';
import { startServing } from './runtime/serving.ts';
import { createStudents, followStudents } from './runtime/students.ts';
import { startThread } from './runtime/thread.ts';
import { trainBesideLive } from './train/beside-live.ts';
import { createLiveSignal } from './train/live-signal.ts';

/** Live crops in hand for each one that fits into a batch: one batch runs, one is decoded, some are on their way. */
const CROPS_IN_HAND = 3;
/** On a CPU larger batches are no faster per crop (their activations leave the cache), and answers come later. */
const CPU_BATCH = 4;
/** Finishing what was taken may last this long; the supervisor waits a little longer than that. */
const STOP_TIMEOUT_MS = 5000;

const environment = process.env;
const id = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;

try {
  const config = loadConfig(environment);
  const logger = createLogger({ level: config.LOG_LEVEL, name: 'worker' }).child({ worker: id });
  await runWorker(config, logger);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function runWorker(config: Config, logger: Logger): Promise<void> {
  const url = redisUrl(config);
  const vault = createVault({ key: dataKey(config) });
  const redis = connectRedis({ url, use: 'blocking' });
  logConnection({ redis, logger });

  const fail = (error: Error): never => {
    logger.fatal({ err: error }, 'the worker cannot go on');
    process.exit(1);
  };
  const operatingPoint = await followOperatingPoint({ redis, fpir: config.FPIR, logger });
  const batchOf = ({ provider }: { provider: Provider }) =>
    provider === 'cpu' || provider === 'tensorflow' ? Math.min(config.BATCH, CPU_BATCH) : config.BATCH;
  // The configured model is the first one only: the server tells which serves.
  const model = (await redis.get(redisKeys.servingModel)) ?? config.MODEL;
  const [serving, { thread: photoThread }] = await Promise.all([
    startServing({
      model,
      redis,
      connect: () => {
        const follower = connectRedis({ url, use: 'blocking' });
        follower.on('error', () => {}); // The same server as `redis`, which tells of it.
        return follower;
      },
      vault,
      config,
      complete: ({ engine, entry }) => {
        const students = createStudents({ engine, entry, redis, vault, logger });
        const recognizer = createRecognizer({ engine, entry, students, limit: batchOf(engine), now });
        return { students, recognizer };
      },
      logger,
      onFailure: fail,
    }),
    startThread<PhotoMethods, undefined>({
      script: new URL('./recognize/photo-thread.ts', import.meta.url),
      data: { model, provider: wantedProvider(config), dataDir: config.DATA_DIR } satisfies EngineOptions,
      onDeath: fail,
    }),
  ]);
  const students = followStudents({ redis, students: () => serving.current.students, logger });
  const batch = batchOf(serving.current.engine);
  const common = { redis, vault, serving, operatingPoint, worker: id, logger };
  const load = createLoadMeter({ now });
  const gate = createIdleGate();
  const liveSignal = createLiveSignal();
  const live = <T>(work: () => Promise<T>) => liveSignal.during(() => gate.live(work));
  const trials = createTrials({ redis, gate, serving, operatingPoint, logger });
  const cropProcessor = createCropProcessor({
    ...common,
    trials,
    now,
    onEmbedded: (ms) => load.embedded(ms),
  });
  const photoProcessor = createPhotoProcessor({ ...common, thread: photoThread });
  const bulkProcessor = createBulkProcessor({ ...common, thread: photoThread, gate });

  const queue = {
    connection: redis,
    prefix: QUEUE_PREFIX,
    runRetryDelay: 500,
    removeOnComplete: { count: 0 },
    metrics: { maxDataPoints: MetricsTime.ONE_HOUR },
  };
  const workers = [
    new Worker(CROP_QUEUE, (job: Job) => live(() => cropProcessor(job.data)), {
      ...queue,
      concurrency: batch * CROPS_IN_HAND,
      removeOnFail: { count: 100, age: 3600 },
      // A dead worker's crops are past their deadline before anybody notices: they are cleared, not run again.
      maxStalledCount: 0,
      lockDuration: 10_000,
      stalledInterval: 5_000,
    }),
    new Worker(PHOTO_QUEUE, (job: Job) => live(() => photoProcessor(job.data)), {
      ...queue,
      concurrency: 2,
      removeOnFail: { count: 100, age: 3600 },
      // A dead worker's photos are run once more, while the server still waits for them.
      maxStalledCount: 1,
      lockDuration: 10_000,
      stalledInterval: 5_000,
    }),
    new Worker(BULK_QUEUE, (job: Job) => bulkProcessor(job.name, job.data), {
      ...queue,
      // One on the thread, the next one fetched and opened meanwhile.
      concurrency: 2,
      removeOnFail: { count: 100, age: 3600 },
      maxStalledCount: 1,
      lockDuration: 10_000,
      stalledInterval: 5_000,
    }),
  ];
  for (const worker of workers) {
    worker.on('error', (error) => logger.debug({ err: error }, 'queue error'));
    worker.on('failed', (job, error) => logger.warn({ err: error, job: job?.id }, 'a job failed'));
  }
  const training =
    config.TRAINING === 'on'
      ? trainBesideLive({
          redis,
          vault,
          live: liveSignal,
          model: () => serving.current.entry.name,
          dataDir: config.DATA_DIR,
          logger,
        })
      : undefined;
  const heartbeat = startHeartbeat({
    redis,
    status: () => {
      const { engine, entry, gallery, students } = serving.current;
      return {
        id,
        pid: process.pid,
        host: hostname(),
        provider: engine.provider,
        model: entry.name,
        ...serving.preparation,
        students: [...students.ready],
        studentFailures: [...students.failures],
        training: training?.training ?? 'off',
        gallerySize: gallery.size,
        galleryVersion: gallery.version,
        load: load.read(),
        at: Date.now(),
      };
    },
  });

  stopOnSignals(logger, async () => {
    await Promise.all([training?.close(), ...workers.map((worker) => worker.close())]);
    await heartbeat.stop();
    await Promise.all([operatingPoint.close(), students.close()]);
    await Promise.all([serving.close(), photoThread.close()]);
    redis.disconnect();
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const { engine, entry, gallery } = serving.current;
  logger.info({ provider: engine.provider, model: entry.name, batch, people: gallery.size }, 'worker ready');
  process.send?.({ type: 'ready' });
}

/**
 * SIGTERM, SIGINT, or the parent's end: finish what was taken, then leave. A second signal leaves at once: by SIGKILL,
 * as an exit would take ONNX Runtime apart in the midst of a run, which ends in an abort with a message that helps nobody.
 */
function stopOnSignals(logger: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const begin = (reason: string): void => {
    if (stopping) process.kill(process.pid, 'SIGKILL');
    stopping = true;
    logger.info({ reason }, 'worker stopping');
    setTimeout(() => {
      logger.warn('worker left with work unfinished');
      process.kill(process.pid, 'SIGKILL');
    }, STOP_TIMEOUT_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'worker did not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => begin(signal));
  if (process.send) process.once('disconnect', () => begin('parent gone'));
  if (process.connected === false) begin('parent gone'); // It went away while this worker started.
}

function redisUrl(config: Config): string {
  if (config.REDIS_URL) return config.REDIS_URL;
  throw new ConfigError(
    'A worker needs REDIS_URL: the queue of the server it works for, such as redis://192.0.2.10:6379. ' +
      '(The server starts its own workers by itself; see WORKERS.)',
  );
}

function dataKey(config: Config): Buffer {
  if (!config.DATA_KEY && !existsSync(join(config.DATA_DIR, 'data.key'))) {
    throw new ConfigError(
      `A worker needs the server's data key: set DATA_KEY, or put a copy of the server's data.key into ${config.DATA_DIR} (DATA_DIR).`,
    );
  }
  return loadDataKey({ dataKey: config.DATA_KEY, dataDir: config.DATA_DIR });
}
