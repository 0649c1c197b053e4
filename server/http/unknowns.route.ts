import { Router } from 'express';
import { z } from 'zod';
import {
  assignmentUndoneSchema,
  assignUnknownSchema,
  denyUnknownSchema,
  enrolUnknownSchema,
  ignoreUnknownSchema,
  moveUnknownSchema,
  unknownAssignedSchema,
  unknownErasedSchema,
  unknownGroupDetailsSchema,
  unknownMovedSchema,
  unknownsQuerySchema,
  unknownsResponseSchema,
} from '../../protocol/unknowns.ts';
import { type Assigner, noSuchGroup } from '../unknowns/assigner.ts';
import type { Unknowns } from '../unknowns/unknowns.ts';
import { type Guard, principalOf } from './guard.ts';
import { noSuchPerson } from './people.route.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Unknown people: who they may be, who they are and are not, which are of no interest. */
export function unknownsRoute(dependencies: {
  unknowns: Unknowns;
  assigner: Assigner;
  guard: Guard;
}): Router {
  const { unknowns, assigner, guard } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/unknowns')
    .get(operators, async (request, response) => {
      const { ignored, ...page } = parseInput(unknownsQuerySchema, request.query);
      const list = await unknowns.list({ ...page, ignored: ignored === 'true' });
      response.json(unknownsResponseSchema.parse(list));
    })
    .all(onlyMethods('GET'));
  router
    .route('/unknowns/assignments/:assignment/undo')
    .post(operators, async (request, response) => {
      const assignment = z.uuid().safeParse(request.params.assignment).data ?? '';
      const undone = await assigner.undo({ assignment, by: principalOf(response).subject });
      response.json(assignmentUndoneSchema.parse(undone));
    })
    .all(onlyMethods('POST'));
  router
    .route('/unknowns/:id')
    .get(operators, async (request, response) => {
      response.json(unknownGroupDetailsSchema.parse(await unknowns.get(groupOf(request.params.id))));
    })
    .delete(operators, async (request, response) => {
      const group = groupOf(request.params.id);
      const sightings = await unknowns.erase({ group, by: principalOf(response).subject });
      response.json(unknownErasedSchema.parse({ sightings }));
    })
    .all(onlyMethods('GET', 'DELETE'));
  router
    .route('/unknowns/:id/assign')
    .post(operators, async (request, response) => {
      const input = parseInput(assignUnknownSchema, request.body);
      const group = groupOf(request.params.id);
      const assigned = await assigner.assign({ ...input, group, by: principalOf(response).subject });
      response.json(unknownAssignedSchema.parse(assigned));
    })
    .all(onlyMethods('POST'));
  router
    .route('/unknowns/:id/enrol')
    .post(operators, async (request, response) => {
      const input = parseInput(enrolUnknownSchema, request.body);
      const group = groupOf(request.params.id);
      const assigned = await assigner.enrol({ ...input, group, by: principalOf(response).subject });
      response
        .status(201)
        .location(`/people/${assigned.person.id}`)
        .json(unknownAssignedSchema.parse(assigned));
    })
    .all(onlyMethods('POST'));
  router
    .route('/unknowns/:id/ignored')
    .put(operators, async (request, response) => {
      const { ignored } = parseInput(ignoreUnknownSchema, request.body);
      const group = groupOf(request.params.id);
      await unknowns.setIgnored({ group, ignored, by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('PUT'));
  router
    .route('/unknowns/:id/denied')
    .post(operators, async (request, response) => {
      const { person } = parseInput(denyUnknownSchema, request.body);
      const group = groupOf(request.params.id);
      await unknowns.setDenied({ group, person, denied: true, by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('POST'));
  router
    .route('/unknowns/:id/denied/:person')
    .delete(operators, async (request, response) => {
      const person = z.uuid().safeParse(request.params.person).data;
      if (!person) throw noSuchPerson(request.params.person);
      const group = groupOf(request.params.id);
      await unknowns.setDenied({ group, person, denied: false, by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('DELETE'));
  router
    .route('/unknowns/:id/move')
    .post(operators, async (request, response) => {
      const input = parseInput(moveUnknownSchema, request.body);
      const group = groupOf(request.params.id);
      const target = await unknowns.move({ ...input, group, by: principalOf(response).subject });
      response.json(unknownMovedSchema.parse({ group: target }));
    })
    .all(onlyMethods('POST'));
  return router;
}

/** @throws {FacewireError} `not-found` */
function groupOf(value: unknown): string {
  const id = z.uuid().safeParse(value).data;
  if (!id) throw noSuchGroup();
  return id;
}
