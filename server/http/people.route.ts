import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import { changePersonSchema, personDetailsSchema } from '../../protocol/people.ts';
import {
  erasurePreviewSchema,
  erasureReceiptSchema,
  peopleQuerySchema,
  peopleResponseSchema,
  personSchema,
} from '../../protocol/rest.ts';
import type { Eraser } from '../people/erase.ts';
import type { PeopleStore } from '../people/people.store.ts';
import type { PersonEditor } from '../people/person-editor.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Who is enrolled; one person, changed and erased. */
export function peopleRoute(dependencies: {
  people: Pick<PeopleStore, 'list'>;
  editor: Pick<PersonEditor, 'details' | 'history' | 'change'>;
  eraser: Eraser;
  guard: Guard;
}): Router {
  const { people, editor, eraser, guard } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/people')
    .get(operators, async (request, response) => {
      const query = parseInput(peopleQuerySchema, request.query);
      response.json(peopleResponseSchema.parse(await people.list(query)));
    })
    .all(onlyMethods('GET'));
  router
    .route('/people/:id')
    .get(operators, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const person = id && (await editor.details(id));
      if (!person) throw noSuchPerson(request.params.id);
      response.json(personDetailsSchema.parse(person));
    })
    .patch(operators, async (request, response) => {
      const changes = parseInput(changePersonSchema, request.body);
      const id = z.uuid().safeParse(request.params.id).data;
      const changed = id && (await editor.change({ id, changes, by: principalOf(response).subject }));
      if (!changed) throw noSuchPerson(request.params.id);
      response.json(personSchema.parse(changed.person));
    })
    .delete(operators, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const receipt = id && (await eraser.erase({ id, by: principalOf(response).subject }));
      if (!receipt) throw noSuchPerson(request.params.id);
      response.json(erasureReceiptSchema.parse(receipt));
    })
    .all(onlyMethods('GET', 'PATCH', 'DELETE'));
  router
    .route('/people/:id/erasure')
    .get(operators, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const preview = id && (await eraser.preview(id));
      if (!preview) throw noSuchPerson(request.params.id);
      response.json(erasurePreviewSchema.parse(preview));
    })
    .all(onlyMethods('GET'));
  router
    .route('/people/:id/history')
    .get(operators, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const history = id && (await editor.history(id));
      if (!history) throw noSuchPerson(request.params.id);
      response.json(history);
    })
    .all(onlyMethods('GET'));
  return router;
}

export function noSuchPerson(id: unknown): FacewireError {
  return new FacewireError('not-found', `There is no person with the id ${String(id).slice(0, 100)}.`);
}
