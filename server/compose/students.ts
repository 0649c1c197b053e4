import { createGroupStore } from '../students/group.store.ts';
import { createStudentPublisher } from '../students/publisher.ts';
import { createStudents } from '../students/students.ts';
import { createVersionStore } from '../students/version.store.ts';
import { createWatcher } from '../students/watch.ts';
import type { Ground } from './ground.ts';
import type { Live } from './live.ts';

export type StudentParts = Awaited<ReturnType<typeof openStudents>>;

/** The students of the cameras: their versions, which of them serve, and how they do. */
export async function openStudents(
  ground: Pick<
    Ground,
    'database' | 'vault' | 'audit' | 'redis' | 'serving' | 'studentRoutes' | 'logger' | 'onClose'
  >,
  { hub }: Pick<Live, 'hub'>,
) {
  const { database, vault, audit, redis, serving, studentRoutes: routes, logger, onClose } = ground;
  const groups = createGroupStore({ database, audit });
  const versions = createVersionStore({ database, vault, audit });
  const students = createStudents({
    groups,
    versions,
    publisher: createStudentPublisher({ redis, versions }),
    routes,
    watcher: createWatcher({ hub, routes, redis }),
    redis,
    model: () => serving.current().name,
    logger,
  });
  // Before the first kiosk: no crop is answered by the embedder where a student serves.
  await students.refresh();
  students.start();
  onClose(() => students.close());
  return { groups, versions, students };
}
