import { now } from '../../config/clock.ts';
import type { Config } from '../../config/schema.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { NetworkError, readGraph } from '../../models/network/graph.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { readModel } from '../../models/registry.ts';
import type { ModelProblem } from '../../protocol/training-reasons.ts';
import { liveWorkers } from '../observability/health.ts';
import { createCoordinator } from '../students/coordinator.ts';
import { createGroupStore } from '../students/group.store.ts';
import { createLessons } from '../students/lessons.ts';
import { createStudentPublisher } from '../students/publisher.ts';
import { createRunStore } from '../students/run.store.ts';
import { createRunner } from '../students/runner.ts';
import { statusSentence } from '../students/sentences.ts';
import { createStarts } from '../students/start.ts';
import { createStudents } from '../students/students.ts';
import { createTrainingData } from '../students/training-data.ts';
import { createVersionStore } from '../students/version.store.ts';
import { createWatcher } from '../students/watch.ts';
import type { Ground } from './ground.ts';
import type { Live } from './live.ts';

export type StudentParts = Awaited<ReturnType<typeof openStudents>>;

/** The students of the cameras: their versions, which of them serve, how they do, and the runs that teach them. */
export async function openStudents(
  ground: Pick<
    Ground,
    | 'database'
    | 'vault'
    | 'audit'
    | 'redis'
    | 'serving'
    | 'library'
    | 'studentRoutes'
    | 'serverId'
    | 'logger'
    | 'onClose'
  > & { config: Pick<Config, 'TRAINING' | 'TRAINING_ROUNDS' | 'TRAINING_STEPS'> },
  { hub, patience }: Pick<Live, 'hub'> & { patience?: number | undefined },
) {
  const { config, database, vault, audit, redis, serving, library, logger, onClose } = ground;
  const groups = createGroupStore({ database, audit });
  const versions = createVersionStore({ database, vault, audit });
  const students = createStudents({
    groups,
    versions,
    publisher: createStudentPublisher({ redis, versions }),
    routes: ground.studentRoutes,
    watcher: createWatcher({ hub, routes: ground.studentRoutes, redis }),
    redis,
    model: () => serving.current().name,
    logger,
  });
  // Before the first kiosk: no crop is answered by the embedder where a student serves.
  await students.refresh();
  students.start();
  onClose(() => students.close());

  const embedder = async () => {
    const entry = serving.current();
    return { entry, file: await readModel({ entry, library: library() }) };
  };
  const problemOf = createTeachable(embedder);
  const data = createTrainingData({ database, vault });
  const runs = createRunStore({ database });
  const startOf = createStarts({ versions, embedder });
  const facts = async () => {
    const model = serving.current();
    const workers = (await liveWorkers(redis)).filter(
      ({ model: serves, training }) => serves === model.name && training && training !== 'off',
    );
    const are = (what: 'working' | 'held-back') => workers.some(({ training }) => training === what);
    return {
      enabled: config.TRAINING === 'on',
      model: model.name,
      modelProblem: await problemOf(model),
      workers: workers.length,
      heldBack: are('held-back') && !are('working'),
    };
  };
  const lessons = createLessons({
    redis,
    vault,
    groups,
    startOf,
    steps: config.TRAINING_STEPS,
    problem: async () => {
      const { enabled, modelProblem } = await facts();
      const reason = enabled ? modelProblem : ({ code: 'switched-off' } as const);
      return reason && statusSentence(reason);
    },
    now,
  });
  const coordinator = createCoordinator({
    groups,
    runs,
    data,
    runner: createRunner({
      redis,
      connect: () => {
        const connection = redis.duplicate({ maxRetriesPerRequest: null });
        connection.on('error', () => {}); // The same server as `redis`, which tells of it.
        return connection;
      },
      vault,
      data,
      runs,
      versions,
      students,
      startOf,
      rounds: config.TRAINING_ROUNDS,
      steps: config.TRAINING_STEPS,
      patience,
      logger,
    }),
    lessons,
    versions,
    facts,
    redis,
    server: ground.serverId,
    logger,
  });
  coordinator.start();
  onClose(() => coordinator.close());
  return { groups, versions, students, coordinator, lessons, embedder };
}

/** Why an embedder cannot be taught; looked up once for each. */
function createTeachable(embedder: () => Promise<{ entry: EmbedderEntry; file: Uint8Array }>) {
  const known = new Map<string, ModelProblem | undefined>();
  return async ({ sha256 }: EmbedderEntry): Promise<ModelProblem | undefined> => {
    if (!known.has(sha256)) {
      const { entry, file } = await embedder();
      const model = entry.name;
      try {
        readGraph(readOnnx(file));
        known.set(entry.sha256, undefined);
      } catch (error) {
        known.set(
          entry.sha256,
          error instanceof NetworkError
            ? { code: 'model-refused', model, words: error.message.slice(0, 1000) }
            : { code: 'model-parts-unknown', model },
        );
      }
    }
    return known.get(sha256);
  };
}
