import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import {
  exportQuerySchema,
  mergedSchema,
  mergePersonSchema,
  mergeUndoneSchema,
  movePhotoSchema,
  photoMovedSchema,
} from '../../protocol/people.ts';
import { personSchema } from '../../protocol/rest.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { PersonEditor } from '../people/person-editor.ts';
import type { PersonExporter } from '../people/person-export.ts';
import { drained } from './drained.ts';
import { type Guard, principalOf } from './guard.ts';
import { noSuchPerson } from './people.route.ts';
import { onlyMethods, parseInput } from './problem.ts';

const idOf = (value: unknown) => z.uuid().safeParse(value).data;

/** Photos moved and deleted, people merged and parted again, a person's data handed out. */
export function personChangesRoute(dependencies: {
  editor: PersonEditor;
  exporter: PersonExporter;
  audit: AuditStore;
  guard: Guard;
}): Router {
  const { editor, exporter, audit, guard } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/people/:id/photos/:photo')
    .delete(operators, async (request, response) => {
      const [id, photo] = [idOf(request.params.id), photoOf(request.params.photo)];
      const removed = id && (await editor.removePhoto({ id, photo, by: principalOf(response).subject }));
      if (!removed) throw noSuchPerson(request.params.id);
      response.json(personSchema.parse(removed.person));
    })
    .all(onlyMethods('DELETE'));
  router
    .route('/people/:id/photos/:photo/move')
    .post(operators, async (request, response) => {
      const { to } = parseInput(movePhotoSchema, request.body);
      const [id, photo] = [idOf(request.params.id), photoOf(request.params.photo)];
      const moved = id && (await editor.movePhoto({ id, photo, to, by: principalOf(response).subject }));
      if (!moved) throw noSuchPerson(request.params.id);
      response.json(photoMovedSchema.parse(moved));
    })
    .all(onlyMethods('POST'));
  router
    .route('/people/:id/merge')
    .post(operators, async (request, response) => {
      const { into } = parseInput(mergePersonSchema, request.body);
      const id = idOf(request.params.id);
      const merged = id && (await editor.merge({ id, into, by: principalOf(response).subject }));
      if (!merged) throw noSuchPair(request.params.id, into);
      response.json(mergedSchema.parse(merged));
    })
    .all(onlyMethods('POST'));
  router
    .route('/people/merges/:merge/undo')
    .post(operators, async (request, response) => {
      const mergeId = idOf(request.params.merge);
      const undone = mergeId && (await editor.undo({ mergeId, by: principalOf(response).subject }));
      if (!undone) {
        throw new FacewireError(
          'not-found',
          'There is no such merge (any more): it was undone before, or the person was erased.',
        );
      }
      response.json(mergeUndoneSchema.parse(undone));
    })
    .all(onlyMethods('POST'));
  router
    .route('/people/:id/export')
    .get(operators, async (request, response) => {
      const { templates } = parseInput(exportQuerySchema, request.query);
      const id = idOf(request.params.id);
      const pieces = id && (await exporter.export({ id, templates: templates === 'true' }));
      if (!pieces) throw noSuchPerson(request.params.id);
      const detail = { templates: templates === 'true' };
      await audit.append({
        actor: principalOf(response).subject,
        action: 'person.exported',
        subject: id,
        detail,
      });
      response
        .type('application/json')
        .set('Content-Disposition', `attachment; filename="person-${id}.json"`)
        .set('Cache-Control', 'no-store');
      for await (const piece of pieces) {
        if (!response.write(piece)) await drained(response);
        if (response.destroyed) return;
      }
      response.end();
    })
    .all(onlyMethods('GET'));
  return router;
}

/** @throws {FacewireError} `not-found` */
function photoOf(value: unknown): string {
  const photo = idOf(value);
  if (photo) return photo;
  throw new FacewireError('not-found', 'There is no such photo; its id is one that GET /people/{id} lists.');
}

function noSuchPair(id: unknown, into: string): FacewireError {
  return new FacewireError(
    'not-found',
    `There is no person with the id ${String(id).slice(0, 100)}, or none with the id ${into}. Nothing was merged.`,
  );
}
