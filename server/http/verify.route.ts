import { Router } from 'express';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import { verifyFieldsSchema, verifyResponseSchema } from '../../protocol/rest.ts';
import { analyseAll } from '../people/analyse-all.ts';
import { compare } from '../people/verify.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import type { Guard } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';
import { photosOf, type Uploads } from './upload.ts';

export function verifyRoute(dependencies: {
  photos: PhotoAnalyser;
  model: EmbedderEntry;
  guard: Guard;
  uploads: Uploads;
}): Router {
  const { photos: analyser, model, guard, uploads } = dependencies;
  const router = Router();
  router
    .route('/verify')
    .post(
      guard.allow('operator', 'admin'),
      uploads.photos([
        { name: 'a', maxCount: 1 },
        { name: 'b', maxCount: 1 },
        { name: 'photos', maxCount: 2 },
      ]),
      async (request, response) => {
        const { fmr, faces } = parseInput(verifyFieldsSchema.strict(), { ...request.body });
        const photos = photosOf(request, 'a', 'b', 'photos');
        if (photos.length !== 2) {
          const message = `come to ${photos.length} files; send two: fields a and b, or photos twice`;
          throw new FacewireError('validation', `The photos ${message}.`, {
            details: { errors: [{ field: 'photos', message }] },
          });
        }
        const analysed = await analyseAll({ analyser, photos, match: false });
        response.json(verifyResponseSchema.parse(compare({ photos: analysed, faces, fmr, model })));
      },
    )
    .all(onlyMethods('POST'));
  return router;
}
