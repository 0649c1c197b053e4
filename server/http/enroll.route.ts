import { Router } from 'express';
import { z } from 'zod';
import {
  addPhotosFieldsSchema,
  enrollFieldsSchema,
  enrollResponseSchema,
  LIMITS,
} from '../../protocol/rest.ts';
import type { Enroller } from '../people/enroll.ts';
import { type Guard, principalOf } from './guard.ts';
import { noSuchPerson } from './people.route.ts';
import { onlyMethods, parseInput } from './problem.ts';
import { somePhotosOf, type Uploads } from './upload.ts';

/** Takes photos of a person: of a new one, or of one who is enrolled. */
export function enrollRoute(dependencies: { enroller: Enroller; guard: Guard; uploads: Uploads }): Router {
  const { enroller, guard, uploads } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const upload = uploads.photos([{ name: 'photos', maxCount: LIMITS.photosPerRequest }]);
  const router = Router();
  router
    .route('/enroll')
    .post(operators, upload, async (request, response) => {
      const fields = parseInput(enrollFieldsSchema.strict(), { ...request.body });
      const photos = somePhotosOf(request, 'photos');
      const enrolled = await enroller.enroll({ ...fields, photos, by: principalOf(response).subject });
      response
        .status(201)
        .location(`/people/${enrolled.person.id}`)
        .json(enrollResponseSchema.parse(enrolled));
    })
    .all(onlyMethods('POST'));
  router
    .route('/people/:id/photos')
    .post(operators, upload, async (request, response) => {
      const fields = parseInput(addPhotosFieldsSchema.strict(), { ...request.body });
      const photos = somePhotosOf(request, 'photos');
      const id = z.uuid().safeParse(request.params.id).data;
      const by = principalOf(response).subject;
      const added = id && (await enroller.addPhotos({ ...fields, photos, id, by }));
      if (!added) throw noSuchPerson(request.params.id);
      response.json(enrollResponseSchema.parse(added));
    })
    .all(onlyMethods('POST'));
  return router;
}
