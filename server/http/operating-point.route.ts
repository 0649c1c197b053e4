import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import {
  galleryCheckResponseSchema,
  operatingPointResponseSchema,
  setOperatingPointSchema,
} from '../../protocol/operating-point.ts';
import type { EnrolledStore } from '../operating-point/enrolled.store.ts';
import type { GalleryCheck } from '../operating-point/gallery-check.ts';
import type { OperatingPoints } from '../operating-point/operating-point.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

const photoSchema = z.object({ id: z.uuid(), photo: z.uuid() });

/** The promise about strangers, the gallery's self-check, and the photos that it shows. */
export function operatingPointRoute(dependencies: {
  operatingPoints: OperatingPoints;
  galleryCheck: GalleryCheck;
  enrolled: Pick<EnrolledStore, 'crop'>;
  guard: Guard;
}): Router {
  const { operatingPoints, galleryCheck, enrolled, guard } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/operating-point')
    .get(operators, async (_request, response) => {
      response.json(operatingPointResponseSchema.parse(await operatingPoints.current()));
    })
    .put(operators, async (request, response) => {
      const { fpir } = parseInput(setOperatingPointSchema, request.body);
      const changed = await operatingPoints.setFpir({ fpir, by: principalOf(response).subject });
      response.json(operatingPointResponseSchema.parse(changed));
    })
    .all(onlyMethods('GET', 'PUT'));
  router
    .route('/gallery-check')
    .get(operators, async (_request, response) => {
      response
        .set('Cache-Control', 'no-store')
        .json(galleryCheckResponseSchema.parse(await galleryCheck.run()));
    })
    .all(onlyMethods('GET'));
  router
    .route('/people/:id/photos/:photo.jpg')
    .get(operators, async (request, response) => {
      const params = photoSchema.safeParse(request.params).data;
      const jpeg = params && (await enrolled.crop(params.id, params.photo));
      if (!jpeg)
        throw new FacewireError('not-found', 'There is no such photo; the person may have been erased.');
      response.set('Cache-Control', 'no-store').type('image/jpeg').send(jpeg);
    })
    .all(onlyMethods('GET'));
  return router;
}
