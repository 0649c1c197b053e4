import { Router } from 'express';
import { z } from 'zod';
import {
  confirmationsQuerySchema,
  confirmationsResponseSchema,
  confirmSchema,
} from '../../protocol/confirmations.ts';
import { sightingSchema } from '../../protocol/events.ts';
import { type Confirmations, noSuchSighting } from '../confirmations/confirmations.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** What operators say of sightings, and take back. */
export function confirmationsRoute(dependencies: {
  confirmations: Pick<Confirmations, 'confirm' | 'takeBack' | 'list'>;
  guard: Guard;
}): Router {
  const { confirmations, guard } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/sightings/:id/confirmation')
    .post(operators, async (request, response) => {
      const answer = parseInput(confirmSchema, request.body);
      const sighting = sightingOf(request.params.id);
      const changed = await confirmations.confirm({ sighting, answer, by: principalOf(response).subject });
      response.json(sightingSchema.parse(changed));
    })
    .delete(operators, async (request, response) => {
      const sighting = sightingOf(request.params.id);
      const changed = await confirmations.takeBack({ sighting, by: principalOf(response).subject });
      response.json(sightingSchema.parse(changed));
    })
    .all(onlyMethods('POST', 'DELETE'));
  router
    .route('/confirmations')
    .get(operators, async (request, response) => {
      const { counting, ...query } = parseInput(confirmationsQuerySchema, request.query);
      const page = await confirmations.list({
        ...query,
        counting: counting === undefined ? undefined : counting === 'true',
      });
      response.json(confirmationsResponseSchema.parse(page));
    })
    .all(onlyMethods('GET'));
  return router;
}

/** @throws {FacewireError} `not-found` */
function sightingOf(value: unknown): string {
  const id = z.uuid().safeParse(value).data;
  if (!id) throw noSuchSighting();
  return id;
}
