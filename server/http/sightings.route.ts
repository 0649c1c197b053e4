import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import { sightingSchema } from '../../protocol/events.ts';
import {
  sightingFilterSchema,
  sightingsQuerySchema,
  sightingsResponseSchema,
} from '../../protocol/sightings.ts';
import { noSuchSighting } from '../confirmations/confirmations.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { EXPORT_TYPES, exportSightings } from '../sightings/export.ts';
import type { SightingRecorder } from '../sightings/recorder.ts';
import type { SightingStore } from '../sightings/sighting.store.ts';
import { drained } from './drained.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Who was seen, where and when. */
export function sightingsRoute(dependencies: {
  sightings: SightingStore;
  recorder: Pick<SightingRecorder, 'crop'>;
  audit: AuditStore;
  guard: Guard;
}): Router {
  const { sightings, recorder, audit, guard } = dependencies;
  const watchers = guard.allow('guard', 'operator', 'admin');
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/sightings')
    .get(watchers, async (request, response) => {
      const query = parseInput(sightingsQuerySchema.strict(), request.query);
      response.json(sightingsResponseSchema.parse(await sightings.list(query)));
    })
    .all(onlyMethods('GET'));
  for (const format of ['csv', 'json'] as const) {
    router
      .route(`/sightings.${format}`)
      .get(operators, async (request, response) => {
        const filter = parseInput(sightingFilterSchema.strict(), request.query);
        const pieces = await exportSightings({ sightings, filter, format });
        const { subject } = principalOf(response);
        await audit.append({
          actor: subject,
          action: 'sightings.exported',
          subject: 'sightings',
          detail: { format },
        });
        response
          .type(EXPORT_TYPES[format])
          .set('Content-Disposition', `attachment; filename="sightings.${format}"`)
          .set('Cache-Control', 'no-store');
        for await (const piece of pieces) {
          if (!response.write(piece)) await drained(response);
          if (response.destroyed) return;
        }
        response.end();
      })
      .all(onlyMethods('GET'));
  }
  router
    .route('/sightings/:id')
    .get(watchers, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const sighting = id && (await sightings.get(id));
      if (!sighting) throw noSuchSighting();
      response.json(sightingSchema.parse(sighting));
    })
    .all(onlyMethods('GET'));
  router
    .route('/sightings/:id/crop.jpg')
    .get(watchers, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const jpeg = id && (await recorder.crop(id));
      if (!jpeg) throw new FacewireError('not-found', 'There is no picture of this sighting, or no more.');
      response.set('Cache-Control', 'no-store').type('image/jpeg').send(jpeg);
    })
    .all(onlyMethods('GET'));
  return router;
}
