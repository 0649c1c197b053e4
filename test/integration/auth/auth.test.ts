import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../config/load.ts';
import { loadApiKey } from '../../../server/auth/api-key.ts';
import { createApiTokenStore } from '../../../server/auth/api-token.store.ts';
import { type Auth, createAuth } from '../../../server/auth/auth.ts';
import { UserStore } from '../../../server/auth/user.store.ts';
import { createAuditStore } from '../../../server/db/audit.store.ts';
import { KioskStore } from '../../../server/kiosks/kiosk.store.ts';
import { openTestDatabase } from '../../support/database.ts';
import { testVault } from '../../support/gallery.ts';

let opened: Awaited<ReturnType<typeof openTestDatabase>>;
let kiosks: KioskStore;
let users: UserStore;
let now = new Date('2026-01-15T09:00:00Z');
let auth: Auth;
beforeAll(async () => {
  opened = await openTestDatabase();
  const { database } = opened;
  kiosks = new KioskStore({ database, audit: createAuditStore({ database }) });
  users = new UserStore({ database, audit: createAuditStore({ database }) });
  auth = makeAuth();
});
afterAll(() => opened.close());

function makeAuth(environment: Record<string, string> = {}): Auth {
  const { database, dataDir } = opened;
  const config = loadConfig({ DATA_DIR: dataDir, ...environment });
  return createAuth({
    config,
    database,
    kiosks,
    users,
    apiTokens: createApiTokenStore({ database, audit: createAuditStore({ database }), now: () => now }),
    audit: createAuditStore({ database }),
    vault: testVault,
    now: () => now,
  });
}

/** The Cookie header that a browser sends after this Set-Cookie. */
const sent = (setCookie: string) => setCookie.split(';')[0] as string;
const address = (() => {
  let last = 0;
  return () => `192.0.2.${++last}`;
})();

describe('one-time codes', () => {
  it('log a browser in for the role they were made for', async () => {
    const code = await auth.issueCode({ role: 'operator' });
    expect(Buffer.from(code, 'base64url')).toHaveLength(16);
    const { principal, cookie } = await auth.redeemCode({ code });
    expect(principal).toMatchObject({ role: 'operator', by: 'cookie' });
    expect(cookie).toMatch(/^facewire-console=/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(await auth.authenticate({ cookie: sent(cookie) })).toEqual(principal);
  });

  it('work once, also when two browsers come at once', async () => {
    const code = await auth.issueCode({ role: 'admin' });
    const tries = await Promise.allSettled(
      [1, 2, 3].map(() => auth.redeemCode({ code, address: address() })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = tries.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({
      code: 'code-used',
      message: expect.stringContaining('For a new one'),
    });
  });

  it('work for 24 hours', async () => {
    const code = await auth.issueCode({ role: 'admin' });
    const issued = now;
    now = new Date(issued.getTime() + 24 * 3_600_000 + 1);
    await expect(auth.redeemCode({ code, address: address() })).rejects.toMatchObject({ code: 'code-used' });
    now = issued;
  });

  it('are kept as hashes', async () => {
    const code = await auth.issueCode({ role: 'admin' });
    const rows = await opened.database.query<{ hash: Uint8Array }>('select hash from login_codes');
    for (const { hash } of rows)
      expect(Buffer.from(hash).includes(Buffer.from(code, 'base64url'))).toBe(false);
    expect(JSON.stringify(await opened.database.query('select * from audit'))).not.toContain(code);
  });

  it('cannot be guessed: an address that tries too often has to wait', async () => {
    const guesser = address();
    const guess = () => auth.redeemCode({ code: 'wrong', address: guesser }).catch((error: unknown) => error);
    const answers = [];
    for (let i = 0; i < 22; i++) answers.push(await guess());
    expect(answers[19]).toMatchObject({ code: 'code-used' });
    expect(answers[21]).toMatchObject({ code: 'rate-limited', details: { retryAfter: expect.any(Number) } });
    const code = await auth.issueCode({ role: 'admin' });
    await expect(auth.redeemCode({ code, address: guesser })).rejects.toMatchObject({ code: 'rate-limited' });
    await auth.redeemCode({ code, address: address() });
  });
});

describe('kiosks', () => {
  const pair = async () => {
    const { id } = await kiosks.create({ name: 'Door', place: '', by: 'test' });
    const { cookie } = await auth.redeemCode({ code: await auth.issueCode({ role: 'kiosk', kioskId: id }) });
    return { id, cookie: sent(cookie) };
  };

  it('stay logged in for months, by a cookie of their own', async () => {
    const { id, cookie } = await pair();
    const paired = now;
    now = new Date(paired.getTime() + 179 * 24 * 3_600_000);
    expect(await auth.authenticate({ cookie, client: 'kiosk' })).toMatchObject({
      role: 'kiosk',
      kioskId: id,
    });
    expect(await auth.authenticate({ cookie, client: 'console' })).toBeUndefined();
    now = paired;
  });

  it('share a browser with a console', async () => {
    const { cookie } = await pair();
    const console = await auth.redeemCode({ code: await auth.issueCode({ role: 'operator' }) });
    const both = `${cookie}; ${sent(console.cookie)}`;
    expect(await auth.authenticate({ cookie: both, client: 'kiosk' })).toMatchObject({ role: 'kiosk' });
    expect(await auth.authenticate({ cookie: both, client: 'console' })).toMatchObject({ role: 'operator' });
    expect(await auth.authenticate({ cookie: both })).toMatchObject({ role: 'operator' });
  });

  it('are shut out from the moment they are revoked, their unused links too', async () => {
    const { id, cookie } = await pair();
    const unused = await auth.issueCode({ role: 'kiosk', kioskId: id });
    const revoked: string[] = [];
    kiosks.once('revoked', (kiosk) => revoked.push(kiosk.id));
    expect(await kiosks.revoke({ id, by: 'test' })).toBe(true);
    expect(revoked).toEqual([id]);
    expect(await auth.authenticate({ cookie, client: 'kiosk' })).toBeUndefined();
    await expect(auth.redeemCode({ code: unused, address: address() })).rejects.toMatchObject({
      code: 'code-used',
    });
    expect(await kiosks.revoke({ id, by: 'test' })).toBe(false);
    expect((await kiosks.list()).map((kiosk) => kiosk.id)).not.toContain(id);
  });
});

describe('sessions and tokens', () => {
  it('end for good when they are logged out', async () => {
    const { principal, cookie } = await auth.redeemCode({ code: await auth.issueCode({ role: 'admin' }) });
    expect(await auth.authenticate({ cookie: sent(cookie) })).toEqual(principal);
    const clearing = await auth.endSession(principal);
    expect(clearing).toMatch(/^facewire-console=;.*Max-Age=0/);
    expect(await auth.authenticate({ cookie: sent(cookie) })).toBeUndefined();
  });

  it('let the API key in as admin, and nothing that is only like it', async () => {
    const { apiKey } = auth;
    expect(await auth.authenticate({ authorization: `Bearer ${apiKey}` })).toMatchObject({
      role: 'admin',
      by: 'bearer',
    });
    expect(await auth.authenticate({ token: apiKey })).toMatchObject({ role: 'admin' });
    for (const authorization of [
      `Bearer ${apiKey}x`,
      `Bearer ${apiKey.slice(1)}`,
      `Basic ${apiKey}`,
      'Bearer',
      '',
    ]) {
      expect(await auth.authenticate({ authorization, address: address() })).toBeUndefined();
    }
    expect(await auth.authenticate({ cookie: `facewire-console=${apiKey}` })).toBeUndefined();
    expect(await auth.authenticate({})).toBeUndefined();
  });

  it('cannot be guessed: wrong tokens are limited by address and written down', async () => {
    const guesser = address();
    for (let i = 0; i < 20; i++) await auth.authenticate({ token: `guess ${i}`, address: guesser });
    await expect(auth.authenticate({ token: 'guess', address: guesser })).rejects.toMatchObject({
      code: 'rate-limited',
    });
    expect(await auth.authenticate({ token: auth.apiKey, address: address() })).toBeDefined();
    const [row] = await opened.database.query<{ count: number }>(
      "select count(*) as count from audit where action = 'auth.failed' and actor = $1",
      [guesser],
    );
    expect(row?.count).toBe(20);
  });

  it('are marked Secure under https, and only there', async () => {
    const cookieOf = async (made: Auth) =>
      (await made.redeemCode({ code: await made.issueCode({ role: 'admin' }) })).cookie;
    expect(await cookieOf(makeAuth())).not.toContain('Secure');
    expect(await cookieOf(makeAuth({ TLS: 'self-signed' }))).toContain('Secure');
    expect(await cookieOf(makeAuth({ PUBLIC_URL: 'https://faces.example.org' }))).toContain('Secure');
    expect(
      await cookieOf(makeAuth({ TLS: 'self-signed', PUBLIC_URL: 'http://plain.example.org' })),
    ).not.toContain('Secure');
  });
});

describe('the API key', () => {
  it('is made once, for its owner only, unless the configuration brings one', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'facewire-key-'));
    const first = loadApiKey({ adminToken: undefined, dataDir });
    expect(loadApiKey({ adminToken: undefined, dataDir })).toBe(first);
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect((await readFile(join(dataDir, 'api-key'), 'utf8')).trim()).toBe(first);
    expect((await stat(join(dataDir, 'api-key'))).mode & 0o777).toBe(0o600);
    expect(loadApiKey({ adminToken: 'configured-token-1', dataDir })).toBe('configured-token-1');
    await rm(dataDir, { recursive: true });
  });
});
