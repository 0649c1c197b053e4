import { randomUUID } from 'node:crypto';
import { openLibrary } from '../../models/registry.ts';
import type { Lineage } from '../../protocol/student-versions.ts';
import { openStudents } from '../../server/compose/students.ts';
import { KioskStore } from '../../server/kiosks/kiosk.store.ts';
import { createServingModel } from '../../server/models/serving-model.ts';
import { Answers } from '../../server/queue/answers.ts';
import { createCropQueue } from '../../server/queue/crop-queue.ts';
import { createQueues } from '../../server/queue/queues.ts';
import { StreamHub } from '../../server/streams/stream-hub.ts';
import { StudentRoutes } from '../../server/students/routes.ts';
import { silent } from './database.ts';
import { testVault } from './gallery.ts';
import { openTestPeople } from './people.ts';
import { startTestRedis } from './redis.ts';
import { baseEntry, type TestStudent } from './students.ts';

/** The server's parts around students, on a real database and a real Redis; workers are started by the test. */
export async function openStudentScene(
  options: {
    training?: { rounds: number; steps: number; patience?: number };
    redis?: { keeps: boolean };
  } = {},
) {
  const [opened, redisServer] = await Promise.all([openTestPeople(), startTestRedis(options.redis)]);
  const { database, audit, people, dataDir } = opened;
  const redis = redisServer.connect();
  const answers = await Answers.create({
    server: `test-${randomUUID()}`,
    subscriber: redisServer.connect(),
    vault: testVault,
    logger: silent,
    onUnexpected: () => {},
  });
  const queues = createQueues(redis);
  const routes = new StudentRoutes();
  const hub = new StreamHub();
  const kiosks = new KioskStore({ database, audit });
  const library = () => openLibrary({ dataDir });
  const serving = await createServingModel({
    database,
    configured: baseEntry.name,
    library,
    logger: silent,
  });
  const closers: (() => unknown)[] = [];
  const openServer = (serverId: string) =>
    openStudents(
      {
        database,
        vault: testVault,
        audit,
        redis,
        serving,
        studentRoutes: routes,
        library,
        serverId,
        config: {
          TRAINING: options.training ? 'on' : 'off',
          TRAINING_ROUNDS: options.training?.rounds ?? 1,
          TRAINING_STEPS: options.training?.steps ?? 1,
        },
        logger: silent,
        onClose: (closer) => closers.push(closer),
      },
      { hub, patience: options.training?.patience },
    );
  const parts = await openServer('test');
  const camera = await kiosks.create({ name: 'Entrance', place: 'Hall', by: 'test' });
  hub.add(camera);
  return {
    ...parts,
    /** Another server on the same database and Redis. */
    openServer,
    database,
    audit,
    people,
    redis,
    redisServer,
    redisUrl: redisServer.url,
    routes,
    hub,
    kiosks,
    camera,
    crops: createCropQueue({
      redis,
      queue: queues.crops,
      answers,
      vault: testVault,
      studentsOf: (stream) => routes.of(stream),
      now: Date.now,
    }),
    /** As training makes one: better on people held out, unless told otherwise. */
    addVersion: (
      group: string,
      { about, onnx }: TestStudent,
      more: { parent?: string; people?: readonly string[]; better?: boolean } = {},
    ) =>
      parts.versions.add({
        group,
        about,
        onnx,
        parent: more.parent ?? null,
        lineage: lineage(more.better ?? true),
        people: more.people ?? [],
      }),
    async close() {
      for (const closer of closers) await closer();
      await queues.close();
      answers.close();
      await redisServer.close();
      await opened.close();
    },
  };
}

function lineage(better: boolean): Lineage {
  const [low, high] = [
    { rank1: 0.6, tpirAtFpir: 0.3, meanTpir: 0.4 },
    { rank1: 0.7, tpirAtFpir: 0.4, meanTpir: 0.5 },
  ];
  return {
    run: 'test',
    rounds: 2,
    steps: 10,
    people: { trained: 20, heldOut: 10 },
    crops: { enrolled: 40, confirmed: 0 },
    before: better ? low : high,
    after: better ? high : low,
    threshold: { before: 0.62, after: 0.6 },
  };
}
