import { Router } from 'express';
import { z } from 'zod';
import {
  changeGroupSchema,
  createGroupSchema,
  promoteSchema,
  type StudentGroup,
  studentGroupSchema,
  studentVersionSchema,
  trainingResponseSchema,
} from '../../protocol/student-versions.ts';
import type { Coordinator } from '../students/coordinator.ts';
import type { GroupStore } from '../students/group.store.ts';
import type { Students } from '../students/students.ts';
import { noSuchGroup, noSuchVersion } from '../students/version.store.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Groups of cameras, their students, and going from one version to another. */
export function trainingRoute(dependencies: {
  groups: GroupStore;
  students: Pick<Students, 'list' | 'tryOut' | 'promote' | 'rollBack' | 'refresh'>;
  coordinator: Pick<Coordinator, 'status' | 'runs' | 'request'>;
  guard: Guard;
}): Router {
  const { groups, students, coordinator, guard } = dependencies;
  const readers = guard.allow('operator', 'admin');
  const admins = guard.allow('admin');
  const router = Router();
  const all = async (): Promise<StudentGroup[]> =>
    Promise.all(
      (await students.list()).map(async (group) => ({
        ...group,
        status: await coordinator.status(group),
        runs: await coordinator.runs(group.id),
      })),
    );
  const told = async (id: string): Promise<StudentGroup> => {
    const group = (await all()).find((group) => group.id === id);
    if (!group) throw noSuchGroup(id);
    return studentGroupSchema.parse(group);
  };
  router
    .route('/training')
    .get(readers, async (_request, response) => {
      response.json(trainingResponseSchema.parse({ groups: await all() }));
    })
    .all(onlyMethods('GET'));
  router
    .route('/training/groups')
    .post(admins, async (request, response) => {
      const input = parseInput(createGroupSchema, request.body);
      const { id } = await groups.create({ ...input, by: principalOf(response).subject });
      await students.refresh();
      response.status(201).json(await told(id));
    })
    .all(onlyMethods('POST'));
  router
    .route('/training/groups/:id')
    .patch(admins, async (request, response) => {
      const id = groupOf(request.params.id);
      const input = parseInput(changeGroupSchema, request.body);
      if (!(await groups.change(id, { ...input, by: principalOf(response).subject }))) throw noSuchGroup(id);
      await students.refresh();
      response.json(await told(id));
    })
    .delete(admins, async (request, response) => {
      const id = groupOf(request.params.id);
      if (!(await groups.remove({ id, by: principalOf(response).subject }))) throw noSuchGroup(id);
      await students.refresh();
      response.status(204).end();
    })
    .all(onlyMethods('PATCH', 'DELETE'));
  router
    .route('/training/groups/:id/rollback')
    .post(admins, async (request, response) => {
      const group = groupOf(request.params.id);
      const by = principalOf(response).subject;
      await students.rollBack({ group, by, because: { code: 'by-hand' } });
      response.json(await told(group));
    })
    .all(onlyMethods('POST'));
  router
    .route('/training/groups/:id/runs')
    .post(admins, async (request, response) => {
      const group = groupOf(request.params.id);
      await coordinator.request({ group, by: principalOf(response).subject });
      response.status(202).json(await told(group));
    })
    .all(onlyMethods('POST'));
  router
    .route('/training/versions/:id/trial')
    .post(admins, async (request, response) => {
      const id = versionOf(request.params.id);
      const by = principalOf(response).subject;
      response.json(studentVersionSchema.parse(await students.tryOut({ id, by })));
    })
    .all(onlyMethods('POST'));
  router
    .route('/training/versions/:id/promote')
    .post(admins, async (request, response) => {
      const { force } = parseInput(promoteSchema, request.body ?? {});
      const id = versionOf(request.params.id);
      const by = principalOf(response).subject;
      response.json(studentVersionSchema.parse(await students.promote({ id, by, force })));
    })
    .all(onlyMethods('POST'));
  return router;
}

function groupOf(text: unknown): string {
  const id = z.uuid().safeParse(text).data;
  if (!id) throw noSuchGroup(text);
  return id;
}

function versionOf(text: unknown): string {
  const id = z.uuid().safeParse(text).data;
  if (!id) throw noSuchVersion(text);
  return id;
}
