import { resolve } from 'node:path';
import type { Redis } from 'ioredis';
import { now } from '../../config/clock.ts';
import type { Logger } from '../../config/logger.ts';
import { connectRedis } from '../../config/redis.ts';
import type { Config } from '../../config/schema.ts';
import { openLibrary } from '../../models/registry.ts';
import { loadDataKey } from '../../vault/data-key.ts';
import { createVault } from '../../vault/vault.ts';
import { claimDataDir } from '../data-dir.ts';
import { createAuditStore } from '../db/audit.store.ts';
import { openDatabase } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { listen } from '../listener.ts';
import { createServingModel } from '../models/serving-model.ts';
import { createMetrics } from '../observability/metrics.ts';
import { Answers } from '../queue/answers.ts';
import { createBulkLane } from '../queue/bulk.ts';
import { createCropQueue } from '../queue/crop-queue.ts';
import { createPhotoAnalyser } from '../queue/photo-analyser.ts';
import { createQueues } from '../queue/queues.ts';
import { EmbeddedRedis } from '../redis/embedded-redis.ts';
import { rtcListenInfos } from '../sfu/listen.ts';
import { Sfu } from '../sfu/sfu.ts';
import { StudentRoutes } from '../students/routes.ts';
import { loadTls } from '../tls.ts';

/** Registers what is to be closed; the last one first. */
export type OnClose = (closer: () => Promise<void> | void) => void;

export type Ground = Awaited<ReturnType<typeof openGround>>;

/** What everything stands on: the listener, Redis with its queues, the database, the SFU, the serving model. */
export async function openGround(options: {
  config: Config;
  logger: Logger;
  serverId: string;
  onClose: OnClose;
}) {
  const { config, logger, serverId, onClose } = options;
  const dataDir = resolve(config.DATA_DIR);
  onClose(await claimDataDir(dataDir));
  const vault = createVault({ key: loadDataKey({ dataKey: config.DATA_KEY, dataDir }) });
  const tls = config.TLS ? await loadTls({ tls: config.TLS, dataDir, host: config.HOST }) : undefined;
  const listener = await listen({ host: config.HOST, port: config.PORT, tls });
  onClose(() => listener.close());
  const publicUrl =
    config.PUBLIC_URL ?? localUrl({ host: config.HOST, port: listener.port, secure: tls !== undefined });

  const redisUrl = config.REDIS_URL ?? (await embeddedRedis({ dataDir, logger, onClose }));
  const openRedis = (use: 'commands' | 'blocking', name: string) => {
    const redis = connectRedis({ url: redisUrl, use });
    logConnection(redis, logger.child({ connection: name }));
    onClose(() => redis.disconnect());
    return redis;
  };
  const redis = openRedis('commands', 'queue');
  const database = await openDatabase({ url: config.DATABASE_URL, dataDir, logger });
  onClose(() => database.close());
  await migrate({ database, logger });

  const metrics = createMetrics();
  const sfu = await Sfu.create({
    listenInfos: await rtcListenInfos({ config, httpPort: listener.port }),
    logger,
  });
  onClose(() => sfu.close());
  const answers = await Answers.create({
    server: serverId,
    subscriber: openRedis('blocking', 'answers'),
    vault,
    logger,
    onUnexpected: () => metrics.unexpectedAnswer(),
  });
  onClose(() => answers.close());
  const queues = createQueues(redis);
  onClose(() => queues.close());
  const studentRoutes = new StudentRoutes();
  const library = () => openLibrary({ dataDir });
  const serving = await createServingModel({ database, configured: config.MODEL, library, logger });
  return {
    config,
    logger,
    serverId,
    onClose,
    dataDir,
    vault,
    tls,
    listener,
    publicUrl,
    redisUrl,
    openRedis,
    redis,
    database,
    metrics,
    sfu,
    library,
    serving,
    audit: createAuditStore({ database }),
    queues,
    studentRoutes,
    crops: createCropQueue({
      redis,
      queue: queues.crops,
      answers,
      vault,
      studentsOf: (stream) => studentRoutes.of(stream),
      now,
    }),
    photos: createPhotoAnalyser({
      redis,
      queue: queues.photos,
      answers,
      vault,
      servingModel: () => serving.current().name,
    }),
    bulk: createBulkLane({ redis, queue: queues.bulk, answers, vault }),
  };
}

async function embeddedRedis(options: {
  dataDir: string;
  logger: Logger;
  onClose: OnClose;
}): Promise<string> {
  const embedded = await EmbeddedRedis.start(options);
  options.onClose(() => embedded.close());
  return embedded.url;
}

function localUrl({ host, port, secure }: { host: string; port: number; secure: boolean }): string {
  // Browsers give the camera to https and to localhost only.
  const name = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(host) ? 'localhost' : host;
  return `${secure ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** One line when a connection is lost, one when it is back: never one for each try. */
function logConnection(redis: Redis, logger: Logger): void {
  let lost = false;
  redis.on('error', (error: Error) => {
    if (!lost) logger.error({ reason: error.message }, 'Redis cannot be reached');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) logger.info('Redis is back');
    lost = false;
  });
}
