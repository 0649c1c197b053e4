import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAIRING_ALPHABET, type Pairing } from '../../../protocol/kiosks.ts';
import { createAuditStore } from '../../../server/db/audit.store.ts';
import { createPairings } from '../../../server/kiosks/pairings.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';

let http: TestHttp;
let now = new Date('2026-01-15T09:00:00Z');
beforeAll(async () => {
  http = await startTestHttp();
});
afterAll(() => http.close());

const json = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const open = async () => (await (await fetch(`${http.url}/auth/pairings`, json({}))).json()) as Pairing;
const claim = ({ id, secret }: Pick<Pairing, 'id' | 'secret'>) =>
  fetch(`${http.url}/auth/pairings/${id}/claim`, json({ secret }));
const pair = (code: string, more: object = {}) =>
  http.api('/kiosks/pair', json({ code, name: 'Door', ...more }));
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('pairing by code', () => {
  it('logs the page that holds the secret in as the kiosk, once, with the policy that was given', async () => {
    const pairing = await open();
    expect(pairing.code).toMatch(new RegExp(`^[${PAIRING_ALPHABET}]{8}$`));
    expect((await claim(pairing)).status).toBe(202);
    const typed = ` ${pairing.code.slice(0, 4)}-${pairing.code.slice(4)}`.toLowerCase();
    const paired = await pair(typed, { place: 'Yard', policy: { video: true } });
    expect(paired.status).toBe(201);
    const kiosk = (await paired.json()) as { id: string };
    expect(kiosk).toMatchObject({
      name: 'Door',
      place: 'Yard',
      policy: { video: true, training: false },
      online: false,
    });

    const claimed = await claim(pairing);
    expect(claimed.status).toBe(200);
    expect(await claimed.json()).toMatchObject({ role: 'kiosk', kiosk: { id: kiosk.id, name: 'Door' } });
    const cookie = claimed.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^facewire-kiosk=.*HttpOnly/);
    expect(await http.auth.authenticate({ cookie: cookie.split(';')[0], client: 'kiosk' })).toMatchObject({
      role: 'kiosk',
      kioskId: kiosk.id,
    });
    expect(await codeOf(await claim(pairing))).toBe('no-such-code');
    expect(await codeOf(await pair(pairing.code))).toBe('no-such-code');
  });

  it('lets nobody in by the code, by another page’s secret, or from a foreign page', async () => {
    const [mine, theirs] = [await open(), await open()];
    await pair(mine.code);
    expect(await codeOf(await claim({ id: mine.id, secret: mine.code }))).toBe('no-such-code');
    expect(await codeOf(await claim({ id: mine.id, secret: theirs.secret }))).toBe('no-such-code');
    const foreign = json({ secret: mine.secret });
    const response = await fetch(`${http.url}/auth/pairings/${mine.id}/claim`, {
      ...foreign,
      headers: { ...foreign.headers, origin: 'https://evil.example' },
    });
    expect(await codeOf(response)).toBe('bad-origin');
    expect((await claim(mine)).status).toBe(200);
  });

  it('is for admins alone, and what is no code is told what one looks like', async () => {
    const { code } = await open();
    const operator = await http.login('operator');
    const asOperator = await fetch(`${http.url}/kiosks/pair`, {
      ...json({ code, name: 'Door' }),
      headers: { 'content-type': 'application/json', cookie: operator, origin: http.url },
    });
    expect(await codeOf(asOperator)).toBe('forbidden');
    const response = await pair('O0O0-1111');
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json())).toContain('8 letters and digits, without 0, 1, I');
  });

  it('gives a revoked kiosk’s page nothing', async () => {
    const pairing = await open();
    const { id } = (await (await pair(pairing.code)).json()) as { id: string };
    await http.api(`/kiosks/${id}`, { method: 'DELETE' });
    expect(await codeOf(await claim(pairing))).toBe('no-such-code');
  });

  it('is written down without code or secret', async () => {
    const pairing = await open();
    await pair(pairing.code);
    const audit = await http.database.query<{ action: string }>('select * from audit');
    expect(audit.map(({ action }) => action)).toContain('kiosk.paired');
    for (const rows of [audit, await http.database.query('select * from pairings')]) {
      expect(JSON.stringify(rows)).not.toContain(pairing.code);
      expect(JSON.stringify(rows)).not.toContain(pairing.secret);
    }
  });
});

describe('the limits of pairing', () => {
  const fresh = () => {
    const { database, kiosks } = http;
    return createPairings({ database, kiosks, audit: createAuditStore({ database }), now: () => now });
  };
  const wanted = { name: 'Door', place: '', policy: { video: false, training: false } };

  it('a code is good for ten minutes', async () => {
    const pairings = fresh();
    const before = now;
    const pairing = await pairings.open({ address: '192.0.2.1' });
    now = new Date(before.getTime() + 10 * 60_000 + 1);
    await expect(pairings.pair({ code: pairing.code, ...wanted, by: 'admin:1' })).rejects.toMatchObject({
      code: 'no-such-code',
    });
    await expect(pairings.claim(pairing)).rejects.toMatchObject({ code: 'no-such-code' });
    now = before;
  });

  it('who types ten wrong codes has to wait, and leaves no kiosk behind', async () => {
    const pairings = fresh();
    const kiosksBefore = (await http.kiosks.list()).length;
    const type = (code: string, by: string) =>
      pairings.pair({ code, ...wanted, by }).catch((error: unknown) => error);
    const answers: unknown[] = [];
    for (let i = 0; i < 11; i++) answers.push(await type('22222222', 'admin:2'));
    expect(answers[9]).toMatchObject({ code: 'no-such-code' });
    expect(answers[10]).toMatchObject({ code: 'rate-limited', details: { retryAfter: expect.any(Number) } });
    const { code } = await pairings.open({ address: '192.0.2.2' });
    expect(await type(code, 'admin:2')).toMatchObject({ code: 'rate-limited' });
    expect((await http.kiosks.list()).length).toBe(kiosksBefore);
    expect(await type(code, 'admin:3')).toMatchObject({ name: 'Door' });
  });

  it('of two who type one code at once, one makes the kiosk', async () => {
    const pairings = fresh();
    const { code } = await pairings.open({ address: '192.0.2.3' });
    const both = await Promise.allSettled(
      ['admin:4', 'admin:5'].map((by) => pairings.pair({ code, ...wanted, by })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('one address opens forty in ten minutes, and at most two hundred wait in all', async () => {
    const pairings = fresh();
    const openFrom = (address: string) => pairings.open({ address }).catch((error: unknown) => error);
    for (let i = 0; i < 40; i++) await openFrom('192.0.2.4');
    expect(await openFrom('192.0.2.4')).toMatchObject({ code: 'rate-limited' });
    const answers: unknown[] = [];
    for (let i = 0; i < 200; i++) answers.push(await openFrom(`192.0.3.${i}`));
    expect(answers.at(-1)).toMatchObject({ code: 'rate-limited', details: { retryAfter: 60 } });
    const [row] = await http.database.query<{ waiting: number }>(
      'select count(*)::int as waiting from pairings',
    );
    expect(row?.waiting).toBe(200);
  });
});

describe('a kiosk’s name, place and policy', () => {
  const patch = (id: string, body: object) => http.api(`/kiosks/${id}`, { ...json(body), method: 'PATCH' });

  it('change each on its own, are told, and written down', async () => {
    const { id } = await http.kiosks.create({ name: 'Door', place: 'Hall', by: 'test' });
    const told: object[] = [];
    http.kiosks.on('changed', (kiosk) => told.push(kiosk));
    expect(await (await patch(id, { policy: { video: true } })).json()).toMatchObject({
      name: 'Door',
      place: 'Hall',
      policy: { video: true },
    });
    expect(await (await patch(id, { name: ' Gate ', place: '' })).json()).toMatchObject({
      name: 'Gate',
      place: '',
      policy: { video: true },
    });
    expect(told).toMatchObject([
      { name: 'Door', policy: { video: true } },
      { name: 'Gate', place: '' },
    ]);
    const audit = await http.database.query<{ detail: string }>(
      `select detail from audit where action = 'kiosk.changed' and subject = $1 order by sequence`,
      [id],
    );
    expect(audit.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { video: true },
      { name: 'Gate', place: '' },
    ]);
  });

  it('are refused where nothing is named, or there is no such kiosk', async () => {
    const { id } = await http.kiosks.create({ name: 'Door', place: '', by: 'test' });
    expect((await patch(id, {})).status).toBe(422);
    expect((await patch(id, { name: '' })).status).toBe(422);
    await http.kiosks.revoke({ id, by: 'test' });
    expect((await patch(id, { name: 'Gate' })).status).toBe(404);
    expect((await patch('pair', { name: 'Gate' })).status).toBe(405);
  });
});
