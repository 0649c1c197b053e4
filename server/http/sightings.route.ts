import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import {
  SIGHTING_LIMITS,
  sightingFilterSchema,
  sightingsQuerySchema,
  sightingsResponseSchema,
} from '../../protocol/sightings.ts';
import { csvLine } from '../sightings/csv.ts';
import type { SightingRecorder } from '../sightings/recorder.ts';
import type { SightingStore } from '../sightings/sighting.store.ts';
import { drained } from './drained.ts';
import type { Guard } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

const COLUMNS = [
  'id',
  'from',
  'until',
  'state',
  'personId',
  'name',
  'kioskId',
  'kiosk',
  'confidence',
  'crops',
];

/** Who was seen, where and when. */
export function sightingsRoute(dependencies: {
  sightings: SightingStore;
  recorder: Pick<SightingRecorder, 'crop'>;
  guard: Guard;
}): Router {
  const { sightings, recorder, guard } = dependencies;
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
  router
    .route('/sightings.csv')
    .get(operators, async (request, response) => {
      const filter = parseInput(sightingFilterSchema.strict(), request.query);
      // The first page before the headers: an error is still an answer then.
      let page = await sightings.list({ ...filter, limit: SIGHTING_LIMITS.page });
      response
        .type('text/csv')
        .set('Content-Disposition', 'attachment; filename="sightings.csv"')
        .set('Cache-Control', 'no-store')
        .write(csvLine(COLUMNS));
      for (let rows = 0; ; ) {
        for (const {
          id,
          at,
          until,
          state,
          personId,
          name,
          stream,
          streamName,
          confidence,
          crops,
        } of page.sightings) {
          const cells = [id, at, until, state, personId, name, stream, streamName, confidence, crops];
          if (!response.write(csvLine(cells))) await drained(response);
        }
        rows += page.sightings.length;
        if (!page.next || rows >= SIGHTING_LIMITS.exported || response.destroyed) break;
        page = await sightings.list({ ...filter, limit: SIGHTING_LIMITS.page, after: page.next });
      }
      response.end();
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
