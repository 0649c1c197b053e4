import { Router } from 'express';
import { identifyResponseSchema, LIMITS } from '../../protocol/rest.ts';
import { analyseAll } from '../people/analyse-all.ts';
import { toIdentification } from '../people/identify.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import type { Guard } from './guard.ts';
import { onlyMethods } from './problem.ts';
import { somePhotosOf, type Uploads } from './upload.ts';

export function identifyRoute(dependencies: {
  photos: PhotoAnalyser;
  /** Name of the embedder that serves. */
  model: () => string;
  guard: Guard;
  uploads: Uploads;
}): Router {
  const { photos: analyser, model, guard, uploads } = dependencies;
  const router = Router();
  router
    .route('/identify')
    .post(
      guard.allow('operator', 'admin'),
      uploads.photos([{ name: 'photos', maxCount: LIMITS.photosPerRequest }]),
      async (request, response) => {
        const photos = somePhotosOf(request, 'photos');
        const analysed = await analyseAll({ analyser, photos, match: true });
        response.json(
          identifyResponseSchema.parse({ model: model(), photos: analysed.map(toIdentification) }),
        );
      },
    )
    .all(onlyMethods('POST'));
  return router;
}
