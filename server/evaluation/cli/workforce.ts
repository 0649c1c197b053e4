import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../config/logger.ts';
import { connectRedis } from '../../../config/redis.ts';
import type { Config } from '../../../config/schema.ts';
import { redisKeys, type WorkerStatus } from '../../../protocol/jobs.ts';
import type { Vault } from '../../../vault/vault.ts';
import { claimDataDir } from '../../data-dir.ts';
import { liveWorkers } from '../../observability/health.ts';
import { Answers } from '../../queue/answers.ts';
import { type BulkLane, createBulkLane } from '../../queue/bulk.ts';
import { createQueues } from '../../queue/queues.ts';
import { EmbeddedRedis, embeddedRedisUrl } from '../../redis/embedded-redis.ts';
import { WorkerSupervisor } from '../../workers/supervisor.ts';
import { EvaluationError } from '../dataset/dataset.ts';

/** Photos on their way for each worker: one in hand, one fetched, two that wait. */
const IN_FLIGHT_EACH = 4;
const MOST_IN_FLIGHT = 64;
const WORKER_START_MS = 60_000;

/** Who does the work: a queue with workers on it. */
export type Workforce = {
  lane: BulkLane;
  inFlight: number;
  /** Model that serves, where a server has said so. */
  servingModel: string | undefined;
  /** For the person at the terminal. */
  description: string;
  workers(): Promise<WorkerStatus[]>;
  close(): Promise<void>;
};

/**
 * Uses the workers of a running server, or starts own ones with a queue of their own.
 * @param options.count own workers that were asked for
 * @param options.model that own workers are to load at once
 * @throws {EvaluationError} when there is no worker
 */
export async function openWorkforce(options: {
  config: Config;
  environment: NodeJS.ProcessEnv;
  vault: Vault;
  dataKey: Uint8Array;
  logger: Logger;
  model: string | undefined;
  count: number | undefined;
  signal: AbortSignal;
}): Promise<Workforce> {
  const { config, vault, logger, signal } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await Promise.resolve(closer()).catch(() => {});
  };
  try {
    const running = options.count === undefined ? await findServer(config) : undefined;
    const own = running
      ? undefined
      : await startOwn({ ...options, onClose: (closer) => closers.push(closer) });
    const url = running ?? (own as { url: string }).url;
    const open = (use: 'commands' | 'blocking') => {
      const redis = connectRedis({ url, use });
      redis.on('error', () => {}); // Each command tells its own failure.
      closers.push(() => redis.disconnect());
      return redis;
    };
    const redis = open('commands');
    const workers = () => liveWorkers(redis);
    const alive = await untilWorkers({ workers, own: own !== undefined, signal });
    const answers = await Answers.create({
      server: `evaluate-${randomUUID()}`,
      subscriber: open('blocking'),
      vault,
      logger,
      onUnexpected: () => {},
    });
    closers.push(() => answers.close());
    const queues = createQueues(redis);
    closers.push(() => queues.close());
    const count = own?.count ?? alive.length;
    const inFlight = Math.min(MOST_IN_FLIGHT, Math.max(2, count) * IN_FLIGHT_EACH);
    const several = `${count} ${count === 1 ? 'worker' : 'workers'}`;
    return {
      lane: createBulkLane({ redis, queue: queues.bulk, answers, vault, inFlight }),
      inFlight,
      servingModel: running ? ((await redis.get(redisKeys.servingModel)) ?? alive[0]?.model) : undefined,
      description: running ? `${several} of the running server` : `${several} of its own`,
      workers,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The Redis of the server that runs on this configuration, if one does. */
async function findServer(config: Config): Promise<string | undefined> {
  const url = config.REDIS_URL ?? embeddedRedisUrl(config.DATA_DIR);
  const redis = connectRedis({ url, use: 'commands' });
  redis.on('error', () => {});
  const ping = redis.ping().then(
    () => true,
    () => false,
  );
  const answers = await Promise.race([ping, sleep(config.REDIS_URL ? 5000 : 500, false)]);
  const staffed = answers && (await liveWorkers(redis).catch(() => [])).length > 0;
  redis.disconnect();
  if (config.REDIS_URL && !answers) {
    throw new EvaluationError(
      'REDIS_URL names a Redis that does not answer. Start it, or unset REDIS_URL to use own workers.',
    );
  }
  if (config.REDIS_URL && !staffed) {
    throw new EvaluationError(
      'No worker is alive on REDIS_URL. Start one (npm run worker), or give --workers N for own ones.',
    );
  }
  // A redis-server that a killed server left behind has nobody to do the work.
  return staffed ? url : undefined;
}

async function startOwn(options: {
  config: Config;
  environment: NodeJS.ProcessEnv;
  dataKey: Uint8Array;
  logger: Logger;
  model: string | undefined;
  count: number | undefined;
  onClose: (closer: () => Promise<void> | void) => void;
}): Promise<{ url: string; count: number }> {
  const { config, logger, onClose, model = config.MODEL } = options;
  // In the data folder rather than a random one: what a run that was killed outright left running is found there.
  const dir = resolve(config.DATA_DIR, 'evaluation', 'queue');
  onClose(await claimDataDir(dir));
  const redis = await EmbeddedRedis.start({ dataDir: dir, logger });
  onClose(() => rmSync(join(dir, 'redis'), { recursive: true, force: true }));
  onClose(() => redis.close());
  const count = options.count ?? availableParallelism();
  const supervisor = new WorkerSupervisor({
    count,
    environment: {
      ...options.environment,
      REDIS_URL: redis.url,
      DATA_DIR: resolve(config.DATA_DIR),
      DATA_KEY: Buffer.from(options.dataKey).toString('base64'),
      MODEL: model,
      LOG_LEVEL: options.environment.LOG_LEVEL ?? 'error',
    },
    logger,
  });
  onClose(() => supervisor.close());
  return { url: redis.url, count };
}

async function untilWorkers(options: {
  workers: () => Promise<WorkerStatus[]>;
  own: boolean;
  signal: AbortSignal;
}): Promise<WorkerStatus[]> {
  const until = Date.now() + WORKER_START_MS;
  for (;;) {
    const alive = await options.workers();
    if (alive.length > 0) return alive;
    if (Date.now() > until) {
      throw new EvaluationError('No worker has started within a minute. Their messages stand above.');
    }
    await sleep(100, undefined, { signal: options.signal });
  }
}
