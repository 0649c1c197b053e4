import { Router } from 'express';
import { z } from 'zod';
import {
  changeWebhookSchema,
  createWebhookResponseSchema,
  createWebhookSchema,
  testWebhookResponseSchema,
  webhookSchema,
  webhooksResponseSchema,
} from '../../protocol/webhooks.ts';
import { noSuchWebhook, type Webhooks } from '../notify/webhooks.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

export function webhooksRoute(dependencies: {
  webhooks: Pick<Webhooks, 'list' | 'create' | 'change' | 'remove' | 'test'>;
  guard: Guard;
}): Router {
  const { webhooks, guard } = dependencies;
  const admins = guard.allow('admin');
  const router = Router();
  router
    .route('/webhooks')
    .get(admins, async (_request, response) => {
      response.json(webhooksResponseSchema.parse({ webhooks: await webhooks.list() }));
    })
    .post(admins, async (request, response) => {
      const input = parseInput(createWebhookSchema, request.body);
      const created = await webhooks.create({ ...input, by: principalOf(response).subject });
      response.status(201).set('Cache-Control', 'no-store').json(createWebhookResponseSchema.parse(created));
    })
    .all(onlyMethods('GET', 'POST'));
  router
    .route('/webhooks/:id')
    .patch(admins, async (request, response) => {
      const input = parseInput(changeWebhookSchema, request.body);
      const by = principalOf(response).subject;
      response.json(webhookSchema.parse(await webhooks.change(idOf(request.params.id), { ...input, by })));
    })
    .delete(admins, async (request, response) => {
      await webhooks.remove({ id: idOf(request.params.id), by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('PATCH', 'DELETE'));
  router
    .route('/webhooks/:id/test')
    .post(admins, async (request, response) => {
      response.json(testWebhookResponseSchema.parse(await webhooks.test(idOf(request.params.id))));
    })
    .all(onlyMethods('POST'));
  return router;
}

function idOf(text: unknown): string {
  const id = z.uuid().safeParse(text).data;
  if (!id) throw noSuchWebhook(text);
  return id;
}
