import { Router } from 'express';
import { z } from 'zod';
import {
  apiTokensResponseSchema,
  createApiTokenResponseSchema,
  createApiTokenSchema,
} from '../../protocol/access.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { ApiTokenStore } from '../auth/api-token.store.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Tokens of programs. */
export function tokensRoute(dependencies: { apiTokens: ApiTokenStore; guard: Guard }): Router {
  const { apiTokens, guard } = dependencies;
  const admins = guard.allow('admin');
  const router = Router();
  router
    .route('/tokens')
    .get(admins, async (_request, response) => {
      response.json(apiTokensResponseSchema.parse({ tokens: await apiTokens.list() }));
    })
    .post(admins, async (request, response) => {
      const input = parseInput(createApiTokenSchema, request.body);
      const created = await apiTokens.create({ ...input, by: principalOf(response).subject });
      response.status(201).set('Cache-Control', 'no-store').json(createApiTokenResponseSchema.parse(created));
    })
    .all(onlyMethods('GET', 'POST'));
  router
    .route('/tokens/:id')
    .delete(admins, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const revoked = id && (await apiTokens.revoke({ id, by: principalOf(response).subject }));
      if (!revoked) throw new FacewireError('not-found', 'There is no such token; it may have been revoked.');
      response.status(204).end();
    })
    .all(onlyMethods('DELETE'));
  return router;
}
