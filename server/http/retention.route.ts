import { Router } from 'express';
import {
  retentionPreviewQuerySchema,
  retentionPreviewSchema,
  retentionResponseSchema,
  setRetentionSchema,
} from '../../protocol/retention.ts';
import type { SightingRecorder } from '../sightings/recorder.ts';
import type { RetentionSetting } from '../sightings/retention.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** How long sightings are kept. */
export function retentionRoute(dependencies: {
  retention: RetentionSetting;
  recorder: Pick<SightingRecorder, 'sweep'>;
  guard: Guard;
}): Router {
  const { retention, recorder, guard } = dependencies;
  const admins = guard.allow('admin');
  const router = Router();
  router
    .route('/retention')
    .get(admins, async (_request, response) => {
      response.json(retentionResponseSchema.parse(await retention.get()));
    })
    .put(admins, async (request, response) => {
      const input = parseInput(setRetentionSchema, request.body);
      await retention.set({ ...input, by: principalOf(response).subject });
      await recorder.sweep();
      response.json(retentionResponseSchema.parse(await retention.get()));
    })
    .all(onlyMethods('GET', 'PUT'));
  router
    .route('/retention/preview')
    .get(admins, async (request, response) => {
      const input = parseInput(retentionPreviewQuerySchema, request.query);
      response.json(retentionPreviewSchema.parse(await retention.preview(input)));
    })
    .all(onlyMethods('GET'));
  return router;
}
