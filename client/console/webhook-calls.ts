import { z } from 'zod';
import {
  type ChangeWebhook,
  createWebhookResponseSchema,
  testWebhookResponseSchema,
  webhookSchema,
  webhooksResponseSchema,
} from '../../protocol/webhooks.ts';
import { call } from './api.ts';

export type NewWebhook = { url: string; about: readonly string[]; moments: readonly string[] };

export const listWebhooks = async () => (await call('/webhooks', webhooksResponseSchema)).webhooks;

export const createWebhook = (webhook: NewWebhook) =>
  call('/webhooks', createWebhookResponseSchema, { method: 'POST', body: webhook });

export const changeWebhook = (id: string, change: ChangeWebhook) =>
  call(`/webhooks/${id}`, webhookSchema, { method: 'PATCH', body: change });

export const deleteWebhook = (id: string) => call(`/webhooks/${id}`, z.undefined(), { method: 'DELETE' });

export const testWebhook = (id: string) =>
  call(`/webhooks/${id}/test`, testWebhookResponseSchema, { method: 'POST' });
