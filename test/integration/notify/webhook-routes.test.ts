import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createWebhookResponseSchema,
  WEBHOOK_LIMITS,
  webhookSchema,
  webhooksResponseSchema,
} from '../../../protocol/webhooks.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';

let server: TestHttp;
beforeAll(async () => {
  server = await startTestHttp();
});
afterAll(() => server.close());

const send = (method: string, path: string, body?: unknown) =>
  server.api(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test('a webhook is added, shown without its secret, changed, tried and deleted', async () => {
  const receiver = await startWebhookReceiver();
  const answer = await send('POST', '/webhooks', { url: receiver.url, about: ['known'] });
  expect(answer.status).toBe(201);
  const { webhook, secret } = createWebhookResponseSchema.parse(await answer.json());
  expect(webhook).toMatchObject({
    about: ['known'],
    moments: ['began', 'ended', 'alert'],
    enabled: true,
    waiting: 0,
  });
  const listed = await (await send('GET', '/webhooks')).text();
  expect(webhooksResponseSchema.parse(JSON.parse(listed)).webhooks).toEqual([webhook]);
  expect(listed).not.toContain(secret);
  const [row] = await server.database.query<{ secret: Uint8Array; url: Uint8Array }>(
    'select secret, url from webhooks',
  );
  expect(Buffer.from(row?.secret ?? []).includes(secret.slice(6))).toBe(false);
  expect(Buffer.from(row?.url ?? []).includes('127.0.0.1')).toBe(false);

  expect(await (await send('POST', `/webhooks/${webhook.id}/test`)).json()).toEqual({ delivered: true });
  expect(receiver.received[0]?.event.type).toBe('test');
  const changed = await send('PATCH', `/webhooks/${webhook.id}`, { enabled: false });
  expect(webhookSchema.parse(await changed.json())).toMatchObject({
    enabled: false,
    about: ['known'],
    sequence: 1,
  });
  expect((await send('DELETE', `/webhooks/${webhook.id}`)).status).toBe(204);
  expect((await send('DELETE', `/webhooks/${webhook.id}`)).status).toBe(404);
  expect((await send('POST', '/webhooks/1/test')).status).toBe(404);
  await receiver.close();
});

test('only admins may, and only with an address of http or https', async () => {
  const cookie = await server.login('operator');
  expect((await fetch(`${server.url}/webhooks`, { headers: { cookie } })).status).toBe(403);
  expect((await fetch(`${server.url}/webhooks`)).status).toBe(401);
  for (const url of [
    'ftp://example.org/',
    'file:///etc/passwd',
    'example.org',
    'http://ann:pw@example.org/',
  ]) {
    const answer = await send('POST', '/webhooks', { url });
    expect([url, answer.status]).toEqual([url, 422]);
    expect(await answer.text()).not.toContain('ann:pw');
  }
  expect((await send('POST', '/webhooks', { url: 'http://localhost/', about: [] })).status).toBe(422);
  expect((await send('POST', '/webhooks', { url: 'http://localhost/', secret: 'mine' })).status).toBe(422);
});

test('there are so many and no more', async () => {
  const statuses: number[] = [];
  for (let n = 0; n <= WEBHOOK_LIMITS.webhooks; n++) {
    statuses.push((await send('POST', '/webhooks', { url: `http://localhost:1/${n}` })).status);
  }
  expect(statuses.slice(0, -1).every((status) => status === 201)).toBe(true);
  expect(statuses.at(-1)).toBe(409);
});
