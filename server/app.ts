import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { now } from '../config/clock.ts';
import type { Logger } from '../config/logger.ts';
import { connectRedis } from '../config/redis.ts';
import type { Config } from '../config/schema.ts';
import { openLibrary } from '../models/registry.ts';
import { loadDataKey } from '../vault/data-key.ts';
import { createVault } from '../vault/vault.ts';
import { createAuth } from './auth/auth.ts';
import { isOwnOrigin } from './auth/origin.ts';
import { claimDataDir } from './data-dir.ts';
import { createAuditStore } from './db/audit.store.ts';
import { openDatabase } from './db/client.ts';
import { migrate } from './db/migrate.ts';
import { createEvaluationStore } from './evaluation/console/evaluation.store.ts';
import { createEvaluations } from './evaluation/console/evaluations.ts';
import { createHttpApp } from './http/app.ts';
import { KioskStore } from './kiosks/kiosk.store.ts';
import { Erasures } from './labels/erasures.ts';
import { issueLinks, type Links, writeLinks } from './links.ts';
import { listen } from './listener.ts';
import { createModels } from './models/models.ts';
import { createServingModel } from './models/serving-model.ts';
import { createSwitchStore } from './models/switch.store.ts';
import { createSwitcher } from './models/switcher.ts';
import { createMqttPublisher } from './notify/mqtt.ts';
import { createSightingEvents } from './notify/sighting-events.ts';
import { createWebhookStore } from './notify/webhook.store.ts';
import { createWebhooks } from './notify/webhooks.ts';
import { createHealth } from './observability/health.ts';
import { createMetrics } from './observability/metrics.ts';
import { createEnrolledStore } from './operating-point/enrolled.store.ts';
import { createFpirStore } from './operating-point/fpir.store.ts';
import { createGalleryCheck } from './operating-point/gallery-check.ts';
import { createOperatingPoints } from './operating-point/operating-point.ts';
import { createEnroller } from './people/enroll.ts';
import { createEraser } from './people/erase.ts';
import { createGalleryPublisher } from './people/gallery-publisher.ts';
import { createMergeStore } from './people/merge.store.ts';
import { createPeopleStore } from './people/people.store.ts';
import { createPersonChangesStore } from './people/person-changes.store.ts';
import { createPersonEditor } from './people/person-editor.ts';
import { createPersonExporter } from './people/person-export.ts';
import { Answers } from './queue/answers.ts';
import { createBulkLane } from './queue/bulk.ts';
import { createCropQueue } from './queue/crop-queue.ts';
import { createPhotoAnalyser } from './queue/photo-analyser.ts';
import { createQueues } from './queue/queues.ts';
import { EmbeddedRedis } from './redis/embedded-redis.ts';
import { rtcListenInfos } from './sfu/listen.ts';
import { Sfu } from './sfu/sfu.ts';
import { createSightingRecorder } from './sightings/recorder.ts';
import { createSightingStore } from './sightings/sighting.store.ts';
import { SIGHTINGS_KEPT, StreamHub } from './streams/stream-hub.ts';
import { loadTls } from './tls.ts';
import { WorkerSupervisor } from './workers/supervisor.ts';
import { SignalingServer } from './ws/signaling-server.ts';

const ROOT = resolve(import.meta.dirname, '..');
const WORKER_START_TIMEOUT_MS = 60_000;
const HOUR_MS = 3_600_000;

export type Facewire = {
  url: string;
  links: Links;
  linksFile: string;
  /** SHA-256 of the TLS certificate, under https. */
  fingerprint: string | undefined;
  close(): Promise<void>;
};

/**
 * Composition root: config → dependencies → start → ordered close. When a step fails, what was started
 * before is closed again.
 * @param options.environment handed on to the workers
 */
export async function startFacewire(options: {
  config: Config;
  environment: NodeJS.ProcessEnv;
  logger: Logger;
  serverId: string;
}): Promise<Facewire> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await Promise.resolve(closer()).catch((error: unknown) =>
        options.logger.error({ err: error }, 'closing failed'),
      );
    }
  };
  try {
    return { ...(await start({ ...options, onClose: (closer) => closers.push(closer) })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: {
  config: Config;
  environment: NodeJS.ProcessEnv;
  logger: Logger;
  serverId: string;
  onClose: (closer: () => Promise<void> | void) => void;
}): Promise<Omit<Facewire, 'close'>> {
  const { config, logger, onClose } = options;
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
    server: options.serverId,
    subscriber: openRedis('blocking', 'answers'),
    vault,
    logger,
    onUnexpected: () => metrics.unexpectedAnswer(),
  });
  onClose(() => answers.close());
  const queues = createQueues(redis);
  onClose(() => queues.close());
  const crops = createCropQueue({ redis, queue: queues.crops, answers, vault, now });
  const library = () => openLibrary({ dataDir });
  const serving = await createServingModel({ database, configured: config.MODEL, library, logger });
  const photos = createPhotoAnalyser({
    redis,
    queue: queues.photos,
    answers,
    vault,
    servingModel: () => serving.current().name,
  });
  const bulk = createBulkLane({ redis, queue: queues.bulk, answers, vault });

  const audit = createAuditStore({ database });
  const kiosks = new KioskStore({ database, audit });
  const people = createPeopleStore({ database, vault, audit });
  const auth = createAuth({ config, database, kiosks, audit, vault });
  const publisher = createGalleryPublisher({ database, people, redis, vault, logger });
  publisher.start();
  onClose(() => publisher.close());
  const switches = createSwitchStore({ database, vault, audit });
  const switcher = createSwitcher({
    database,
    store: switches,
    serving,
    bulk,
    publisher,
    redis,
    runner: options.serverId,
    logger,
  });
  switcher.start();
  onClose(() => switcher.close());

  const hub = new StreamHub();
  for (const kiosk of await kiosks.list()) hub.add(kiosk);
  hub.setPeople(await people.count());
  const sightings = createSightingStore({ database, vault });
  hub.restore((await sightings.list({ limit: SIGHTINGS_KEPT })).sightings);
  const recorder = createSightingRecorder({
    hub,
    store: sightings,
    readCrop: (...crop) => crops.read(...crop),
    retention: {
      identified: config.SIGHTING_RETENTION_DAYS * 24 * HOUR_MS,
      unknown: config.UNKNOWN_RETENTION_HOURS * HOUR_MS,
    },
    logger,
  });
  onClose(() => recorder.close());
  const webhooks = createWebhooks({
    store: createWebhookStore({ database, vault, audit }),
    redis,
    blocking: openRedis('blocking', 'webhooks'),
    vault,
    logger,
  });
  onClose(() => webhooks.close());
  const mqtt =
    config.MQTT_URL === undefined
      ? undefined
      : await createMqttPublisher({
          url: config.MQTT_URL,
          topic: config.MQTT_TOPIC,
          serverId: options.serverId,
          hub,
          revokedKiosks: () => kiosks.listRevoked(),
          logger: logger.child({ connection: 'mqtt' }),
        });
  if (mqtt) onClose(() => mqtt.close());
  const sightingEvents = createSightingEvents({
    hub,
    publicUrl: () => publicUrl,
    tell: (news) => {
      webhooks.tell(news);
      mqtt?.tell(news);
    },
  });
  onClose(() => sightingEvents.close());
  const signaling = new SignalingServer({
    server: listener.server,
    auth,
    findKiosk: (id) => kiosks.get(id),
    isOwnOrigin: (origin, host) => isOwnOrigin({ origin, host, publicUrl }),
    maxStreams: config.MAX_STREAMS,
    cropsPerSecond: config.CROPS_PER_SECOND,
    deadlineMs: config.CROP_DEADLINE_MS,
    serverVersion: version(),
    sfu,
    queue: crops,
    hub,
    erasures: new Erasures(),
    metrics,
    now,
    logger,
  });
  kiosks.on('created', (kiosk) => hub.add({ id: kiosk.id, name: kiosk.name, place: kiosk.place }));
  kiosks.on('revoked', ({ id }) => signaling.revoke(id));

  // Only a figure on the console: a database that is away meanwhile fails no enrolment.
  const countPeople = () =>
    void people.count().then(
      (count) => hub.setPeople(count),
      () => {},
    );
  const health = createHealth({ redis, database, sfu });
  const evaluations = createEvaluations({
    dataDir,
    vault,
    lane: bulk,
    store: createEvaluationStore({ database }),
    audit,
    model: () => serving.current(),
    logger,
  });
  onClose(() => evaluations.close());
  const enrolled = createEnrolledStore({ database, vault });
  const personChanges = createPersonChangesStore({ database, audit });
  const operatingPoints = createOperatingPoints({
    database,
    redis,
    enrolled,
    fpirs: createFpirStore({ database, audit }),
    model: () => serving.current(),
    defaultFpir: config.FPIR,
    logger,
  });
  operatingPoints.start();
  onClose(() => operatingPoints.close());
  const galleryCheck = createGalleryCheck({ enrolled, operatingPoints });
  onClose(() => galleryCheck.close());
  listener.serve(
    createHttpApp({
      auth,
      people,
      enroller: createEnroller({
        photos,
        people,
        gallery: publisher,
        model: serving.live,
        onEnrolled: countPeople,
      }),
      eraser: createEraser({
        people,
        gallery: publisher,
        onErased: (personId, galleryVersion) => {
          signaling.forgetPerson(personId, galleryVersion);
          hub.forget(personId);
          recorder.forget(personId);
          sightingEvents.forget(personId);
          webhooks.forget(personId);
          mqtt?.forget(personId);
          countPeople();
        },
      }),
      editor: createPersonEditor({
        changes: personChanges,
        merges: createMergeStore({ database, audit }),
        gallery: publisher,
        onChanged: (personIds, galleryVersion) => {
          for (const id of personIds) signaling.forgetPerson(id, galleryVersion);
          void sightings.list({ limit: SIGHTINGS_KEPT }).then(
            (stored) => hub.retell(personIds, stored.sightings),
            () => {},
          );
          countPeople();
        },
      }),
      exporter: createPersonExporter({ people: personChanges, enrolled, sightings }),
      audit,
      operatingPoints,
      galleryCheck,
      enrolled,
      photos,
      evaluations,
      kiosks,
      streams: hub,
      health,
      registry: metrics.registry,
      readCrop: (...crop) => crops.read(...crop),
      sightings,
      recorder,
      model: serving.live,
      webhooks,
      models: createModels({ library, serving, store: switches, switcher }),
      clientDir: join(ROOT, 'client/dist'),
      publicUrl: () => publicUrl,
      behindProxy: config.PUBLIC_URL !== undefined,
      version: version(),
      logger,
    }),
  );

  const links = await issueLinks({ auth, kiosks, publicUrl });
  const supervisor = new WorkerSupervisor({
    count: config.WORKERS,
    environment: { ...options.environment, REDIS_URL: redisUrl, DATA_DIR: dataDir },
    logger,
  });
  onClose(() => supervisor.close());
  await untilWorking({ health, expected: config.WORKERS > 0, logger });

  // Opened last, closed first: nobody is let in to a half-started or half-closed server.
  onClose(async () => {
    signaling.close();
    await listener.close();
  });
  return { url: publicUrl, links, linksFile: writeLinks(dataDir, links), fingerprint: tls?.fingerprint };
}

async function embeddedRedis(options: {
  dataDir: string;
  logger: Logger;
  onClose: (closer: () => Promise<void>) => void;
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

function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** One line when a connection is lost, one when it is back: never one for each try. */
function logConnection(redis: ReturnType<typeof connectRedis>, logger: Logger): void {
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

async function untilWorking(options: {
  health: ReturnType<typeof createHealth>;
  expected: boolean;
  logger: Logger;
}): Promise<void> {
  if (!options.expected) return;
  const until = Date.now() + WORKER_START_TIMEOUT_MS;
  while (Date.now() < until) {
    if ((await options.health.workers()).length > 0) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  options.logger.error('no worker has started within a minute; the server goes on, and /readyz tells');
}
