import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CreateWebhook, WebhookEvent } from '../../../protocol/webhooks.ts';
import { signatureHeader } from '../../../server/notify/deliver.ts';
import type { SightingNews } from '../../../server/notify/sighting-events.ts';
import { createWebhookStore } from '../../../server/notify/webhook.store.ts';
import { createWebhooks, type Webhooks } from '../../../server/notify/webhooks.ts';
import { silent } from '../../support/database.ts';
import { freePort } from '../../support/free-port.ts';
import { testVault } from '../../support/gallery.ts';
import { openTestPeople, storePerson } from '../../support/people.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  isSigned,
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../support/webhook-receiver.ts';

let opened: Awaited<ReturnType<typeof openTestPeople>>;
let redis: TestRedis;
let receiver: WebhookReceiver;
let webhooks: Webhooks;

beforeAll(async () => {
  [opened, redis] = await Promise.all([openTestPeople(), startTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await opened.close();
});
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  await webhooks.close();
  await opened.database.execute('delete from webhooks');
  await receiver.close();
});

function start(limits: { answerMs?: number; lifeMs?: number; firstRetryMs?: number } = {}): Webhooks {
  const { database, audit } = opened;
  webhooks = createWebhooks({
    store: createWebhookStore({ database, vault: testVault, audit }),
    redis: redis.connect(),
    blocking: redis.connect('blocking'),
    vault: testVault,
    logger: silent,
    limits: { firstRetryMs: 20, ...limits },
  });
  return webhooks;
}

const configure = (more: Partial<CreateWebhook> = {}) =>
  webhooks.create({
    url: receiver.url,
    about: ['known', 'unknown'],
    moments: ['began', 'ended'],
    enabled: true,
    by: 'test',
    ...more,
  });

function news(
  person?: { id: string; name: string },
  type: SightingNews['type'] = 'sighting.began',
): SightingNews {
  return {
    id: randomUUID(),
    type,
    issuedAt: new Date().toISOString(),
    sighting: {
      id: randomUUID(),
      state: person ? 'identified' : 'unknown',
      ...(person ? { person } : {}),
      kiosk: { id: randomUUID(), name: 'Door' },
      beganAt: new Date().toISOString(),
      cropUrl: 'http://localhost:8080/sightings/1/crop.jpg',
    },
  };
}

const one = async (id: string) => (await webhooks.list()).find((webhook) => webhook.id === id);
const settled = (id: string) =>
  waitFor(async () => ((await one(id))?.waiting === 0 ? true : undefined), {
    what: 'nothing waits',
    everyMs: 20,
  });
const sequences = () => receiver.received.map(({ event }) => event.sequence).sort((a, b) => a - b);

test('an event is tried again until it is taken: same id, same number, each try signed anew', async () => {
  start();
  const { webhook, secret } = await configure();
  receiver.answers = [status(500), status(503)];
  const sent = news();
  webhooks.tell(sent);
  await waitFor(() => receiver.received.length === 3, { what: 'three tries' });
  await settled(webhook.id);
  for (const each of receiver.received) {
    expect(each.event).toMatchObject({
      id: sent.id,
      sequence: 1,
      webhook: webhook.id,
      issuedAt: sent.issuedAt,
    });
    expect(isSigned(each, secret)).toBe(true);
    expect(isSigned(each, `${secret}x`)).toBe(false);
    expect(isSigned({ ...each, body: each.body.replace('Door', 'Wall') }, secret)).toBe(false);
    expect(isSigned(each, secret, Date.now() + 400_000)).toBe(false);
  }
  const [first, second, third] = receiver.received.map(({ at }) => at) as [number, number, number];
  // 20 and 40 ms, each up to a quarter less.
  expect(second - first).toBeGreaterThan(10);
  expect(third - second).toBeGreaterThan(25);
  expect(await one(webhook.id)).toMatchObject({
    sequence: 1,
    lastFailure: { reason: 'It answered with status 503.' },
    lastSuccessAt: expect.any(String),
  });
});

test('numbers have no gaps, each receiver has its own, and gets what it asked for', async () => {
  start();
  const ann = { id: (await storePerson(opened.people, { name: 'Ann', seeds: [1] })).id, name: 'Ann' };
  const all = await configure();
  const knownBegin = await configure({ about: ['known'], moments: ['began'] });
  const watched = await configure({ moments: ['alert'] });
  await configure({ enabled: false });
  const raised = {
    ...news(ann, 'alert.raised'),
    alert: { id: randomUUID(), note: 'Call the shift leader.' },
  };
  webhooks.tell(raised);
  for (let n = 0; n < 5; n++) {
    webhooks.tell(news(ann));
    webhooks.tell(news(ann, 'sighting.ended'));
    webhooks.tell(news());
  }
  await waitFor(() => receiver.received.length === 21, { what: '15 + 5 events and an alert' });
  const of = (id: string) =>
    receiver.received.map(({ event }) => event).filter((event) => event.webhook === id);
  const numbers = (events: WebhookEvent[]) => events.map(({ sequence }) => sequence).sort((a, b) => a - b);
  expect(numbers(of(all.webhook.id))).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
  expect(numbers(of(knownBegin.webhook.id))).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(of(all.webhook.id).map(({ id }) => id)).size).toBe(15);
  expect(of(watched.webhook.id)).toMatchObject([{ sequence: 1, type: 'alert.raised', alert: raised.alert }]);
  for (const event of of(knownBegin.webhook.id)) {
    expect(event).toMatchObject({ type: 'sighting.began', sighting: { person: ann } });
  }
});

test('a receiver that hangs, redirects or is not there is told of, and holds up no other', async () => {
  start({ answerMs: 1000, lifeMs: 6000, firstRetryMs: 7000 });
  const hanging = await startWebhookReceiver();
  hanging.answers = Array.from({ length: 40 }, () => () => {});
  const hung = await configure({ url: hanging.url });
  const elsewhere = await startWebhookReceiver();
  const moving = await startWebhookReceiver();
  moving.answers = Array.from({ length: 40 }, () => status(302, { location: elsewhere.url }));
  const moved = await configure({ url: moving.url });
  const gone = await configure({ url: 'http://127.0.0.1:1/' });
  await configure();
  const began = Date.now();
  for (let n = 0; n < 20; n++) webhooks.tell(news());
  await waitFor(() => receiver.received.length === 20, {
    what: 'the good receiver has all',
    timeoutMs: 6000,
  });
  expect(Date.now() - began).toBeLessThan(3000);
  const reason = (id: string) =>
    waitFor(async () => (await one(id))?.lastFailure?.reason, { what: 'a failure', everyMs: 20 });
  expect(await reason(hung.webhook.id)).toBe('It did not answer within 1 s.');
  expect(await reason(moved.webhook.id)).toContain('status 302');
  expect(await reason(gone.webhook.id)).toMatch(/connection/);
  expect(elsewhere.received).toEqual([]);
  await Promise.all([hanging, elsewhere, moving].map((each) => each.close()));
});

test('an event past its expiry is never sent', async () => {
  start({ lifeMs: 400, firstRetryMs: 600 });
  const { webhook } = await configure();
  receiver.answers = [status(500)];
  webhooks.tell(news());
  webhooks.tell({ ...news(), issuedAt: new Date(Date.now() - 1000).toISOString() });
  await waitFor(async () => (await one(webhook.id))?.lastFailure?.reason.includes('expired') || undefined, {
    what: 'the expiry',
    everyMs: 20,
  });
  await new Promise((done) => setTimeout(done, 1200));
  expect(sequences()).toEqual([1]);
  expect((await one(webhook.id))?.waiting).toBe(0);
});

test('what waits about an erased person is dropped, and nothing readable of it lies in Redis', async () => {
  start({ firstRetryMs: 400 });
  const ann = {
    id: (await storePerson(opened.people, { name: 'Ann Archer', seeds: [2] })).id,
    name: 'Ann Archer',
  };
  const { webhook } = await configure();
  receiver.answers = [status(500), status(500)];
  webhooks.tell(news(ann));
  webhooks.tell(news());
  await waitFor(() => receiver.received.length === 2, { what: 'first tries' });
  const connection = redis.connect();
  const keys = await connection.keys('fw:webhooks:*');
  const values = await Promise.all(
    keys.map(async (key) => ((await connection.type(key)) === 'hash' ? connection.hgetall(key) : {})),
  );
  expect(values.some((value) => Object.keys(value).length > 0)).toBe(true);
  expect(JSON.stringify(values)).not.toContain('Archer');
  await opened.people.erase({ id: ann.id, by: 'test' });
  webhooks.forget(ann.id);
  await waitFor(() => receiver.received.length === 3, { what: 'the second try of the other' });
  await settled(webhook.id);
  expect(sequences()).toEqual([1, 2, 2]);
  // A try that the removal missed asks for the person itself.
  webhooks.tell(news(ann));
  await settled(webhook.id);
  expect(sequences()).toEqual([1, 2, 2]);
});

test('what waits outlives the server, and goes on with the next one', async () => {
  start({ firstRetryMs: 500 });
  const { webhook } = await configure();
  receiver.answers = [status(500)];
  webhooks.tell(news());
  await waitFor(() => receiver.received.length === 1, { what: 'the first try' });
  await webhooks.close();
  start();
  await waitFor(() => receiver.received.length === 2, { what: 'the try of the next server' });
  expect(sequences()).toEqual([1, 1]);
  await settled(webhook.id);
});

test('what is disabled gets nothing, and a test event comes at once', async () => {
  start({ firstRetryMs: 200 });
  const { webhook, secret } = await configure();
  receiver.answers = [status(500)];
  webhooks.tell(news());
  await waitFor(() => receiver.received.length === 1, { what: 'the first try' });
  await webhooks.change(webhook.id, { enabled: false, by: 'test' });
  webhooks.tell(news());
  await settled(webhook.id);
  expect(await webhooks.test(webhook.id)).toEqual({ delivered: true });
  expect(receiver.received).toHaveLength(2);
  const last = receiver.received[1];
  expect(last?.event).toMatchObject({ type: 'test', sequence: 2 });
  expect(last && isSigned(last, secret)).toBe(true);
  receiver.answers = [status(418)];
  expect(await webhooks.test(webhook.id)).toEqual({
    delivered: false,
    reason: 'It answered with status 418.',
  });
});

test('the receiver that the README shows takes what is genuine and fresh, once', async () => {
  start({ firstRetryMs: 100 });
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const [, code = ''] = /```js\n(import \{ createHmac[\s\S]*?)```/.exec(readme) ?? [];
  const url = `http://127.0.0.1:${await freePort()}/`;
  const { webhook, secret } = await configure({ url });
  const other = await configure();
  const shown = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, SECRET: secret, PORT: new URL(url).port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let log = '';
    shown.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    await waitFor(async () => (await webhooks.test(webhook.id)).delivered || undefined, {
      what: 'it listens',
      everyMs: 50,
    });
    webhooks.tell(news());
    await waitFor(() => log.includes('sighting.began unknown') || undefined, { what: 'a line' });
    const genuine = await waitFor(() => receiver.received.at(-1), { what: 'an event of the other' });
    const post = (body: string, signature: string) =>
      fetch(url, { method: 'POST', body, headers: { 'facewire-signature': signature } });
    // Signed by another webhook's secret, changed, unsigned.
    expect((await post(genuine.body, genuine.signature)).status).toBe(401);
    expect((await post('{}', 't=1,v1=')).status).toBe(401);
    const lines = log.split('\n').length;
    const again = signatureHeader({ secret, body: genuine.body, at: Date.now() });
    expect((await post(genuine.body, again)).status).toBe(204);
    expect((await post(genuine.body, again)).status).toBe(204);
    expect(isSigned({ ...genuine, signature: again }, secret)).toBe(true);
    expect(isSigned(genuine, other.secret)).toBe(true);
    expect((await post(genuine.body, signatureHeader({ secret, body: genuine.body, at: 0 }))).status).toBe(
      401,
    );
    expect(log.split('\n')).toHaveLength(lines);
  } finally {
    shown.kill();
  }
});
