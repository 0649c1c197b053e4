import type { z } from 'zod';
import {
  changeWebhookSchema,
  createWebhookResponseSchema,
  createWebhookSchema,
  testWebhookResponseSchema,
  webhookSchema,
  webhooksResponseSchema,
} from '../../protocol/webhooks.ts';
import { idParams } from './openapi-forms.ts';
import { json, operation } from './openapi-operation.ts';

/** A webhook as the API answers it. */
export const webhookExample = {
  id: '5d0c3b9e-6a0f-4a55-9a39-0c2f7a4d9e11',
  url: 'https://example.org/facewire',
  about: ['known'],
  moments: ['began'],
  enabled: true,
  createdAt: '2026-11-23T10:00:00.000Z',
  sequence: 17,
  lastSuccessAt: '2026-11-23T10:20:00.000Z',
  lastFailure: { at: '2026-11-23T10:10:00.000Z', reason: 'It answered with status 500.' },
  waiting: 0,
} satisfies z.input<typeof webhookSchema>;

/** The part of the OpenAPI document that tells of webhooks. */
export function webhookPaths() {
  return {
    '/webhooks': {
      get: operation({
        id: 'listWebhooks',
        tag: 'Operation',
        summary: 'The receivers of events',
        detail: 'With when the last delivery succeeded and failed, why, and how many events wait.',
        role: 'admin',
        answers: { 200: json('Every webhook.', webhooksResponseSchema, { webhooks: [webhookExample] }) },
      }),
      post: operation({
        id: 'createWebhook',
        tag: 'Operation',
        summary: 'Add a receiver of events',
        detail:
          'Events are posted to the address as JSON, signed by `Facewire-Signature: t=SECONDS,v1=HEX`: HMAC-SHA256, by ' +
          'the secret of this answer, over `SECONDS.BODY`. The secret is not shown again. The server connects to ' +
          'whatever address an admin enters, also inside its own network.',
        role: 'admin',
        body: {
          type: 'application/json',
          schema: createWebhookSchema,
          example: { url: webhookExample.url, about: ['known'], moments: ['began'] },
        },
        answers: {
          201: json('The webhook and its secret.', createWebhookResponseSchema, {
            webhook: { ...webhookExample, sequence: 0, lastSuccessAt: null, lastFailure: null },
            secret: 'whsec_shown-this-once',
          }),
        },
        errors: ['bad-request', 'validation', 'too-large', 'bad-state'],
      }),
    },
    '/webhooks/{id}': {
      patch: operation({
        id: 'changeWebhook',
        tag: 'Operation',
        summary: 'Change a receiver, or have it rest',
        detail: 'While it is not enabled, nothing is queued for it, and what waits is dropped.',
        role: 'admin',
        parameters: { path: idParams },
        body: { type: 'application/json', schema: changeWebhookSchema, example: { enabled: false } },
        answers: { 200: json('As it is now.', webhookSchema, { ...webhookExample, enabled: false }) },
        errors: ['bad-request', 'validation', 'too-large', 'not-found'],
      }),
      delete: operation({
        id: 'deleteWebhook',
        tag: 'Operation',
        summary: 'Delete a receiver',
        role: 'admin',
        parameters: { path: idParams },
        answers: { 204: { description: 'Deleted; what waits for it is not sent.' } },
        errors: ['not-found'],
      }),
    },
    '/webhooks/{id}/test': {
      post: operation({
        id: 'testWebhook',
        tag: 'Operation',
        summary: 'Send a test event',
        detail: 'Posts an event of the type `test`, once, and waits for what comes of it: 10 s at most.',
        role: 'admin',
        parameters: { path: idParams },
        answers: {
          200: json('What came of it.', testWebhookResponseSchema, {
            delivered: false,
            reason: 'It answered with status 500.',
          }),
        },
        errors: ['not-found'],
      }),
    },
  };
}
