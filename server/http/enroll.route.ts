import { Router } from 'express';
import { FacewireError } from '../../protocol/errors.ts';
import { enrollFieldsSchema, enrollResponseSchema, LIMITS } from '../../protocol/rest.ts';
import type { Enroller } from '../people/enroll.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';
import { photosOf, type Uploads } from './upload.ts';

export function enrollRoute(dependencies: { enroller: Enroller; guard: Guard; uploads: Uploads }): Router {
  const { enroller, guard, uploads } = dependencies;
  const router = Router();
  router
    .route('/enroll')
    .post(
      guard.allow('operator', 'admin'),
      uploads.photos([{ name: 'photos', maxCount: LIMITS.photosPerRequest }]),
      async (request, response) => {
        const fields = parseInput(enrollFieldsSchema.strict(), { ...request.body });
        const photos = photosOf(request, 'photos');
        if (photos.length === 0) throw noPhotos();
        const enrolled = await enroller.enroll({ ...fields, photos, by: principalOf(response).subject });
        response
          .status(201)
          .location(`/people/${enrolled.person.id}`)
          .json(enrollResponseSchema.parse(enrolled));
      },
    )
    .all(onlyMethods('POST'));
  return router;
}

export function noPhotos(): FacewireError {
  const message = `holds no file; send 1 to ${LIMITS.photosPerRequest}`;
  return new FacewireError('validation', `The field photos ${message}.`, {
    details: { errors: [{ field: 'photos', message }] },
  });
}
