import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { loadConfig } from '../../config/load.ts';
import { findModel, loadManifest, openLibrary } from '../../models/registry.ts';
import type { Role } from '../../protocol/rest.ts';
import { createAlertStore } from '../../server/alerts/alert.store.ts';
import { createAlerts } from '../../server/alerts/alerts.ts';
import { createWatchListStore } from '../../server/alerts/watch-list.store.ts';
import { createAuditSearch } from '../../server/audit/audit-search.ts';
import { createErasureProver } from '../../server/audit/prove-erasure.ts';
import { createApiTokenStore } from '../../server/auth/api-token.store.ts';
import { createAuth } from '../../server/auth/auth.ts';
import { UserStore } from '../../server/auth/user.store.ts';
import { openStudents } from '../../server/compose/students.ts';
import { openUnknowns } from '../../server/compose/unknowns.ts';
import { createConfirmationStore } from '../../server/confirmations/confirmation.store.ts';
import { Confirmations } from '../../server/confirmations/confirmations.ts';
import { createEvaluationStore } from '../../server/evaluation/console/evaluation.store.ts';
import { createEvaluations } from '../../server/evaluation/console/evaluations.ts';
import { createHttpApp, type HttpAppDependencies } from '../../server/http/app.ts';
import { createImporter } from '../../server/import/importer.ts';
import { KioskStore } from '../../server/kiosks/kiosk.store.ts';
import { createPairings } from '../../server/kiosks/pairings.ts';
import { createModels } from '../../server/models/models.ts';
import { createServingModel } from '../../server/models/serving-model.ts';
import { createSwitchStore } from '../../server/models/switch.store.ts';
import { createWebhookStore } from '../../server/notify/webhook.store.ts';
import { createWebhooks } from '../../server/notify/webhooks.ts';
import { createPartsMonitor } from '../../server/observability/parts.ts';
import { createEnrolledStore } from '../../server/operating-point/enrolled.store.ts';
import { createFpirStore } from '../../server/operating-point/fpir.store.ts';
import { createGalleryCheck } from '../../server/operating-point/gallery-check.ts';
import { createOperatingPoints } from '../../server/operating-point/operating-point.ts';
import { createEnroller } from '../../server/people/enroll.ts';
import { createEraser } from '../../server/people/erase.ts';
import { createGalleryPublisher } from '../../server/people/gallery-publisher.ts';
import { createMergeStore } from '../../server/people/merge.store.ts';
import { createPersonChangesStore } from '../../server/people/person-changes.store.ts';
import { createPersonEditor } from '../../server/people/person-editor.ts';
import { createPersonExporter } from '../../server/people/person-export.ts';
import { Answers } from '../../server/queue/answers.ts';
import { createBulkLane } from '../../server/queue/bulk.ts';
import { createCropQueue } from '../../server/queue/crop-queue.ts';
import { createBulkPhotoAnalyser, createPhotoAnalyser } from '../../server/queue/photo-analyser.ts';
import { createQueueDesk } from '../../server/queue/queue-desk.ts';
import { createQueues } from '../../server/queue/queues.ts';
import { createRetention } from '../../server/sightings/retention.ts';
import { createSightingStore } from '../../server/sightings/sighting.store.ts';
import { StreamHub } from '../../server/streams/stream-hub.ts';
import { StudentRoutes } from '../../server/students/routes.ts';
import { silent } from './database.ts';
import { testVault } from './gallery.ts';
import { openTestPeople } from './people.ts';
import { startTestRedis } from './redis.ts';

/** The HTTP side of the server on a real database and a real Redis; workers are the test's affair. */
export async function startTestHttp(options: Partial<HttpAppDependencies> = {}) {
  const [opened, redisServer] = await Promise.all([openTestPeople(), startTestRedis()]);
  const { database, audit, people, dataDir } = opened;
  const clientDir = await mkdtemp(join(tmpdir(), 'facewire-client-'));
  const redis = redisServer.connect();
  const answers = await Answers.create({
    server: randomUUID(),
    subscriber: redisServer.connect('blocking'),
    vault: testVault,
    logger: silent,
    onUnexpected: () => {},
  });
  const queues = createQueues(redis);
  const photos = createPhotoAnalyser({ redis, queue: queues.photos, answers, vault: testVault });
  const crops = createCropQueue({ redis, queue: queues.crops, answers, vault: testVault, now: Date.now });
  const gallery = createGalleryPublisher({ database, people, redis, vault: testVault, logger: silent });
  gallery.start();
  const kiosks = new KioskStore({ database, audit });
  const users = new UserStore({ database, audit });
  const apiTokens = createApiTokenStore({ database, audit });
  const auth = createAuth({
    config: loadConfig({ DATA_DIR: dataDir }),
    database,
    kiosks,
    users,
    apiTokens,
    audit,
    vault: testVault,
  });
  const model = findModel({ manifest: loadManifest(), task: 'embed' });
  const lane = createBulkLane({ redis, queue: queues.bulk, answers, vault: testVault });
  const inBulk = createBulkPhotoAnalyser({ lane });
  const evaluations = createEvaluations({
    dataDir,
    vault: testVault,
    lane,
    store: createEvaluationStore({ database }),
    audit,
    model: () => model,
    logger: silent,
  });
  const enrolled = createEnrolledStore({ database, vault: testVault });
  const operatingPoints = createOperatingPoints({
    database,
    redis,
    enrolled,
    fpirs: createFpirStore({ database, audit }),
    model: () => model,
    defaultFpir: 0.003,
    logger: silent,
  });
  const galleryCheck = createGalleryCheck({ enrolled, operatingPoints });
  const library = () => openLibrary({ dataDir });
  const serving = await createServingModel({ database, configured: model.name, library, logger: silent });
  const switches = createSwitchStore({ database, vault: testVault, audit });
  const sightings = createSightingStore({ database, vault: testVault });
  const personChanges = createPersonChangesStore({ database, audit });
  const merges = createMergeStore({ database, audit });
  const webhooks = createWebhooks({
    store: createWebhookStore({ database, vault: testVault, audit }),
    redis,
    blocking: redisServer.connect('blocking'),
    vault: testVault,
    logger: silent,
  });
  const confirmations = new Confirmations({
    store: createConfirmationStore({ database, vault: testVault, audit }),
    written: async () => {},
    onAnswered: () => {},
  });
  const eraser = createEraser({ people, gallery });
  const retention = createRetention({
    database,
    audit,
    configured: { unknownHours: 24, sightingDays: 30 },
  });
  const recorder = {
    sweep: async () => void (await sightings.expire(await retention.horizon())),
    crop: (id: string) => sightings.crop(id),
    written: async () => {},
    forget: () => {},
    close: async () => {},
  };
  const closers: (() => unknown)[] = [];
  const unknowns = openUnknowns(
    {
      database,
      vault: testVault,
      audit,
      bulk: lane,
      serving,
      logger: silent,
      onClose: (closer) => closers.push(closer),
    },
    { people, publisher: gallery },
    { hub: new StreamHub(), recorder, retention, confirmations, retell: () => {} },
    {
      eraser,
      enrollerOf: (photos) => createEnroller({ photos, people, gallery, model }),
      countPeople: () => {},
    },
  );
  const allQueues = [queues.crops, queues.photos, queues.bulk];
  const queueDesk = createQueueDesk({ queues: allQueues, pausable: [queues.bulk.name], audit });
  const parts = createPartsMonitor({
    version: '0.0.0',
    dataDir,
    redis,
    database,
    sfu: { peers: 0, usage: async () => undefined },
    queues: queueDesk,
  });
  const auditSearch = createAuditSearch({ database, audit });
  let url = '';
  const training = await openStudents(
    {
      database,
      vault: testVault,
      audit,
      redis,
      serving,
      studentRoutes: new StudentRoutes(),
      library,
      serverId: 'test',
      config: { TRAINING: 'off', TRAINING_ROUNDS: 1, TRAINING_STEPS: 1 },
      logger: silent,
      onClose: (closer) => closers.push(closer),
    },
    { hub: new StreamHub() },
  );
  const app = createHttpApp({
    ...unknowns,
    auth,
    users,
    apiTokens,
    people,
    kiosks,
    pairings: createPairings({ database, kiosks, audit }),
    photos,
    evaluations,
    model,
    webhooks,
    models: createModels({
      library,
      serving,
      store: switches,
      switcher: { progress: undefined, look: () => {}, interrupt: () => {} },
    }),
    clientDir,
    operatingPoints,
    galleryCheck,
    enrolled,
    enroller: createEnroller({ photos, people, gallery, model }),
    confirmations,
    alerts: createAlerts({
      store: createAlertStore({ database, audit }),
      watchList: createWatchListStore({ database, audit }),
      hub: new StreamHub(),
      written: async () => {},
      tell: () => {},
      logger: silent,
    }),
    importer: createImporter({
      people,
      enroller: createEnroller({ photos: inBulk, people, gallery, model }),
    }),
    eraser,
    editor: createPersonEditor({ changes: personChanges, merges, gallery }),
    exporter: createPersonExporter({ people: personChanges, enrolled, sightings }),
    audit,
    groups: training.groups,
    students: training.students,
    coordinator: training.coordinator,
    lessons: training.lessons,
    embedder: training.embedder,
    streams: { isOnline: () => false },
    health: {
      readiness: async () => {
        const ok = { ok: true, detail: '' };
        return { ready: true, checks: { redis: ok, database: ok, sfu: ok, workers: ok } };
      },
    },
    registry: new Registry(),
    readCrop: (...crop) => crops.read(...crop),
    sightings,
    recorder,
    retention,
    parts,
    queueDesk,
    auditSearch,
    proveErasure: createErasureProver({
      database,
      redis,
      queues: allQueues,
      search: auditSearch,
      workers: async () => [],
      isInMemory: () => false,
      dataDir,
    }),
    publicUrl: () => url,
    behindProxy: false,
    version: '0.0.0',
    logger: silent,
    ...options,
  });
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    app,
    clientDir,
    database,
    audit,
    people,
    kiosks,
    users,
    apiTokens,
    auth,
    operatingPoints,
    redis: redisServer,
    /** A request with the API key. */
    api: (path: string, init: RequestInit = {}) =>
      fetch(url + path, {
        ...init,
        headers: [...new Headers(init.headers), ['authorization', `Bearer ${auth.apiKey}`]],
      }),
    /** The Cookie header of a browser that is logged in. */
    async login(role: Role, kioskId?: string): Promise<string> {
      const code = await auth.issueCode({ role, ...(kioskId ? { kioskId } : {}) });
      return (await auth.redeemCode({ code })).cookie.split(';')[0] as string;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      for (const closer of closers) await closer();
      parts.close();
      await operatingPoints.close();
      galleryCheck.close();
      await evaluations.close();
      await gallery.close();
      await webhooks.close();
      await queues.close();
      answers.close();
      await redisServer.close();
      await opened.close();
      await rm(clientDir, { recursive: true, force: true });
    },
  };
}

export type TestHttp = Awaited<ReturnType<typeof startTestHttp>>;
