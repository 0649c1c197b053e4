import { Router } from 'express';
import { modelsResponseSchema, useModelSchema } from '../../protocol/models.ts';
import type { Models } from '../models/models.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

export function modelsRoute(dependencies: { models: Models; guard: Guard }): Router {
  const { models, guard } = dependencies;
  const admins = guard.allow('admin');
  const router = Router();
  router
    .route('/models')
    .get(admins, async (_request, response) => {
      response.json(modelsResponseSchema.parse(await models.list()));
    })
    .all(onlyMethods('GET'));
  router
    .route('/models/switch')
    .delete(admins, async (_request, response) => {
      const by = principalOf(response).subject;
      response.json(modelsResponseSchema.parse(await models.cancel({ by })));
    })
    .all(onlyMethods('DELETE'));
  router
    .route('/models/:name/use')
    .post(admins, async (request, response) => {
      const { force } = parseInput(useModelSchema, request.body ?? {});
      const name = String(request.params.name).slice(0, 100);
      const by = principalOf(response).subject;
      response.status(202).json(modelsResponseSchema.parse(await models.use({ name, force, by })));
    })
    .all(onlyMethods('POST'));
  return router;
}
