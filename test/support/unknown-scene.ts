import { randomUUID } from 'node:crypto';
import { openLibrary } from '../../models/registry.ts';
import type { Label } from '../../protocol/label.ts';
import { openUnknowns } from '../../server/compose/unknowns.ts';
import { createConfirmationStore } from '../../server/confirmations/confirmation.store.ts';
import { Confirmations } from '../../server/confirmations/confirmations.ts';
import { createLiveCorrection } from '../../server/confirmations/correct-live.ts';
import type { TakenCrop } from '../../server/ingest/intake.ts';
import { KioskStore } from '../../server/kiosks/kiosk.store.ts';
import { Erasures } from '../../server/labels/erasures.ts';
import { Labeller } from '../../server/labels/labeller.ts';
import { createServingModel } from '../../server/models/serving-model.ts';
import { createMetrics } from '../../server/observability/metrics.ts';
import { createEnroller } from '../../server/people/enroll.ts';
import { createEraser } from '../../server/people/erase.ts';
import { createGalleryPublisher } from '../../server/people/gallery-publisher.ts';
import { Answers } from '../../server/queue/answers.ts';
import { createBulkLane } from '../../server/queue/bulk.ts';
import { createCropQueue } from '../../server/queue/crop-queue.ts';
import { createQueues } from '../../server/queue/queues.ts';
import { createSightingRecorder } from '../../server/sightings/recorder.ts';
import { createRetention } from '../../server/sightings/retention.ts';
import { createSightingStore } from '../../server/sightings/sighting.store.ts';
import { StreamHub } from '../../server/streams/stream-hub.ts';
import { silent } from './database.ts';
import { testVault } from './gallery.ts';
import { openTestPeople } from './people.ts';
import { startTestRedis } from './redis.ts';
import { startTestWorker } from './worker.ts';

/** A kiosk in front of real database, Redis and worker, without the wire: crops go in, labels come out. */
export async function openUnknownScene() {
  const [under, redisServer] = await Promise.all([openTestPeople(), startTestRedis()]);
  const { database, audit, people, dataDir } = under;
  const redis = redisServer.connect();
  const answers = await Answers.create({
    server: randomUUID(),
    subscriber: redisServer.connect('blocking'),
    vault: testVault,
    logger: silent,
    onUnexpected: () => {},
  });
  const queues = createQueues(redis);
  const crops = createCropQueue({ redis, queue: queues.crops, answers, vault: testVault, now: Date.now });
  const bulk = createBulkLane({ redis, queue: queues.bulk, answers, vault: testVault });
  const serving = await createServingModel({
    database,
    configured: 'mobilefacenet-192',
    library: () => openLibrary({ dataDir }),
    logger: silent,
  });
  const gallery = createGalleryPublisher({ database, people, redis, vault: testVault, logger: silent });
  gallery.start();
  await gallery.publishPending();
  const worker = await startTestWorker({ redisUrl: redisServer.url });
  const kiosk = await new KioskStore({ database, audit }).create({ name: 'Door', place: '', by: 'test' });
  const sightings = createSightingStore({ database, vault: testVault });

  /** What a start of the server opens over all that. */
  const start = () => {
    const closers: (() => unknown)[] = [];
    const hub = new StreamHub();
    hub.add(kiosk);
    const retention = createRetention({
      database,
      audit,
      configured: { unknownHours: 24, sightingDays: 1 },
    });
    const recorder = createSightingRecorder({
      hub,
      store: sightings,
      readCrop: (...crop) => crops.read(...crop),
      horizon: () => retention.horizon(),
      logger: silent,
    });
    closers.push(() => recorder.close());
    const labels: Label[] = [];
    const labeller = new Labeller({
      stream: kiosk.id,
      trackOffset: 0,
      epoch: 0,
      queue: crops,
      hub,
      erasures: new Erasures(),
      metrics: createMetrics(),
      now: Date.now,
      send: (label) => labels.push(label),
    });
    const confirmations = new Confirmations({
      store: createConfirmationStore({ database, vault: testVault, audit }),
      written: (id) => recorder.written(id),
      onAnswered: createLiveCorrection({
        hub,
        correct: ({ track }, answer) => labeller.correct(track, answer),
      }),
    });
    const told: number[] = [];
    hub.on('unknowns', ({ groups }) => told.push(groups));
    const countPeople = () => void people.count().then((count) => hub.setPeople(count));
    const eraser = createEraser({ people, gallery, onErased: countPeople });
    const opened = openUnknowns(
      {
        database,
        vault: testVault,
        audit,
        bulk,
        serving,
        logger: silent,
        onClose: (closer) => closers.push(closer),
      },
      { people, publisher: gallery },
      { hub, recorder, retention, confirmations, retell: countPeople },
      {
        eraser,
        enrollerOf: (photos) =>
          createEnroller({ photos, people, gallery, model: serving.live, onEnrolled: countPeople }),
        countPeople,
      },
    );
    let track = 0;
    return {
      ...opened,
      hub,
      told,
      eraser,
      /** A face in front of the kiosk: these crops in turn, as one track. @returns the last label */
      async film(shots: readonly Uint8Array[], quality = 0.9): Promise<Label | undefined> {
        track++;
        for (const [sequence, payload] of shots.entries())
          await labeller.recognise(takenCrop(track, sequence, payload, quality));
        labeller.endTrack(track);
        return labels.at(-1);
      },
      async close() {
        for (const closer of closers.splice(0).reverse()) await closer();
      },
    };
  };
  return {
    database,
    people,
    sightings,
    gallery,
    serving,
    start,
    async close() {
      await worker.kill('SIGKILL');
      await gallery.close();
      await queues.close();
      answers.close();
      await redisServer.close();
      await under.close();
    },
  };
}

function takenCrop(track: number, sequence: number, payload: Uint8Array, score: number): TakenCrop {
  const at = Date.now();
  return {
    track,
    sequence,
    codec: 'jpeg',
    payload,
    quality: { score },
    box: { x: 0, y: 0, width: 0.5, height: 0.5 },
    frame: { width: 640, height: 480 },
    durations: { camera: 0, detect: 0, align: 0, uplink: 0 },
    capturedAt: at,
    arrivedAt: at,
    deadlineAt: at + 15_000,
  } as unknown as TakenCrop;
}
