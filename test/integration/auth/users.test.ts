import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User, UserSession } from '../../../protocol/access.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';

let server: TestHttp;
beforeAll(async () => {
  server = await startTestHttp();
});
afterAll(() => server.close());

const PASSWORD = 'correct horse battery';

/** A browser: it keeps its cookie. */
function browser() {
  let cookie = '';
  return async (method: string, path: string, body?: object) => {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        origin: server.url,
        'user-agent': 'Test browser',
        ...(cookie ? { cookie } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : undefined) as Record<string, unknown>,
    };
  };
}

const admin = async (method: string, path: string, body?: object) => {
  const response = await server.api(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
};
const codeOf = (url: unknown) => String(url).split('#code=')[1] as string;

/** A user whose link was opened in a browser. */
async function join(name: string, role: string) {
  const created = await admin('POST', '/users', { name, role });
  expect(created.status).toBe(201);
  const { user, url } = created.body as { user: User; url: string };
  const go = browser();
  expect(await go('POST', '/auth/code', { code: codeOf(url) })).toMatchObject({
    status: 200,
    body: { role, user: { id: user.id, name, hasPassword: false, maySetPassword: true } },
  });
  return { user, go };
}
const listed = async (id: string) =>
  ((await admin('GET', '/users')).body as { users: User[] }).users.find((user) => user.id === id);

describe('a user', () => {
  it('opens the link, sets a password, and logs in by it in another browser', async () => {
    const { user, go } = await join('Gil Guard', 'guard');
    expect(await go('GET', '/sightings')).toMatchObject({ status: 200 });
    expect(await go('GET', '/people')).toMatchObject({ status: 403 });
    expect(await go('PUT', '/auth/password', { password: 'short' })).toMatchObject({ status: 422 });
    expect(await go('PUT', '/auth/password', { password: 'aaaaaaaaaaaaaaaa' })).toMatchObject({
      status: 422,
    });
    expect((await go('PUT', '/auth/password', { password: PASSWORD })).status).toBe(204);

    const other = browser();
    expect(
      await other('POST', '/auth/password', { name: 'Gil Guard', password: `${PASSWORD}!` }),
    ).toMatchObject({
      status: 401,
      body: { code: 'wrong-password' },
    });
    expect(await other('POST', '/auth/password', { name: 'gil guard', password: PASSWORD })).toMatchObject({
      status: 200,
      body: { role: 'guard', user: { name: 'Gil Guard', hasPassword: true, maySetPassword: false } },
    });
    expect(await listed(user.id)).toMatchObject({
      hasPassword: true,
      sessions: 2,
      lastSeenAt: expect.any(String),
    });
    const rows = await server.database.query('select * from users union all select * from users');
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);

    // By password no new one is set without the one before; it ends the other sessions.
    expect(await other('PUT', '/auth/password', { password: 'another long one' })).toMatchObject({
      status: 401,
    });
    const change = { password: 'another long one', current: PASSWORD };
    expect((await other('PUT', '/auth/password', change)).status).toBe(204);
    expect((await go('GET', '/sightings')).status).toBe(401);
    expect((await other('GET', '/sightings')).status).toBe(200);
  });

  it('has the new role from the next request on', async () => {
    const { user, go } = await join('Olga Operator', 'operator');
    expect((await go('GET', '/people')).status).toBe(200);
    expect((await admin('PATCH', `/users/${user.id}`, { role: 'guard' })).body).toMatchObject({
      role: 'guard',
    });
    expect((await go('GET', '/people')).status).toBe(403);
    await admin('PATCH', `/users/${user.id}`, { role: 'admin' });
    expect((await go('GET', '/users')).status).toBe(200);
    // Nobody saws off their own branch.
    expect(await go('PATCH', `/users/${user.id}`, { disabled: true })).toMatchObject({ status: 409 });
    expect(await go('DELETE', `/users/${user.id}`)).toMatchObject({ status: 409 });
    expect((await go('PATCH', `/users/${user.id}`, { name: 'Olga O.' })).status).toBe(200);
  });

  it('is out at once when disabled, also by an unused link, until enabled again', async () => {
    const { user, go } = await join('Dora', 'operator');
    await go('PUT', '/auth/password', { password: PASSWORD });
    const { url } = (await admin('POST', `/users/${user.id}/link`)).body as { url: string };
    await admin('PATCH', `/users/${user.id}`, { disabled: true });
    expect((await go('GET', '/people')).status).toBe(401);
    expect(await browser()('POST', '/auth/code', { code: codeOf(url) })).toMatchObject({
      body: { code: 'code-used' },
    });
    const login = { name: 'Dora', password: PASSWORD };
    expect((await browser()('POST', '/auth/password', login)).status).toBe(401);
    expect((await admin('POST', `/users/${user.id}/link`)).status).toBe(409);
    await admin('PATCH', `/users/${user.id}`, { disabled: false });
    expect((await browser()('POST', '/auth/password', login)).status).toBe(200);
  });

  it('is deleted: logged out, the name free again, and still named for the audit log', async () => {
    const { user, go } = await join('Ned', 'operator');
    expect(await admin('POST', '/users', { name: 'NED', role: 'guard' })).toMatchObject({ status: 409 });
    await go('POST', '/kiosks', { name: 'Door' });
    expect((await admin('DELETE', `/users/${user.id}`)).status).toBe(204);
    expect((await go('GET', '/people')).status).toBe(401);
    expect(await listed(user.id)).toBeUndefined();
    const { actors } = (await admin('GET', '/actors')).body as { actors: Record<string, object> };
    expect(actors[`user:${user.id}`]).toEqual({ name: 'Ned', gone: true });
    const [entry] = await server.database.query<{ actor: string }>(
      "select actor from audit where action = 'kiosk.created' order by sequence desc limit 1",
    );
    expect(entry?.actor).toBe(`user:${user.id}`);
    expect((await admin('POST', '/users', { name: 'Ned', role: 'guard' })).status).toBe(201);
  });

  it('has sessions that an admin sees and ends one by one', async () => {
    const { user, go } = await join('Mia', 'operator');
    const { url } = (await admin('POST', `/users/${user.id}/link`)).body as { url: string };
    const second = browser();
    await second('POST', '/auth/code', { code: codeOf(url) });
    const path = `/users/${user.id}/sessions`;
    const { sessions } = (await admin('GET', path)).body as { sessions: UserSession[] };
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toMatchObject({ browser: 'Test browser', startedBy: 'link', current: false });
    const newest = sessions.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] as UserSession;
    expect((await admin('DELETE', `${path}/${newest.id}`)).status).toBe(204);
    expect((await second('GET', '/people')).status).toBe(401);
    expect((await go('GET', '/people')).status).toBe(200);
    expect((await go('POST', '/auth/logout?client=console')).status).toBe(204);
    expect((await admin('GET', path)).body).toEqual({ sessions: [] });
  });

  it('cannot be guessed: after twenty wrong passwords the right one is refused too', async () => {
    const { go } = await join('Victor', 'guard');
    await go('PUT', '/auth/password', { password: PASSWORD });
    // From twenty addresses, so that it is the name that is limited.
    const guess = (address: string, password: string) =>
      server.auth.logIn({ name: 'Victor', password, address }).then(
        () => 'in',
        (error: { code: string }) => error.code,
      );
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => guess(`192.0.2.${i}`, 'wrong one')),
    );
    expect(new Set(answers)).toEqual(new Set(['wrong-password']));
    expect(await guess('198.51.100.1', PASSWORD)).toBe('rate-limited');
  }, 30_000);
});

describe('a token', () => {
  it('opens what its role may do, is shown once, and is refused when revoked or expired', async () => {
    const made = await admin('POST', '/tokens', { name: 'Import', role: 'operator', expiresInDays: 1 });
    expect(made.status).toBe(201);
    const { token, secret } = made.body as { token: { id: string }; secret: string };
    const use = (path: string) =>
      fetch(server.url + path, { headers: { authorization: `Bearer ${secret}` } }).then(
        ({ status }) => status,
      );
    expect(secret).toMatch(/^fwt_[\w-]{43}$/);
    expect(await use('/people')).toBe(200);
    expect(await use('/users')).toBe(403);
    const list = await admin('GET', '/tokens');
    expect(list.body).toMatchObject({
      tokens: [{ name: 'Import', createdBy: 'api-key', lastUsedAt: expect.any(String) }],
    });
    expect(JSON.stringify(list.body)).not.toContain(secret);
    const rows = await server.database.query('select name, encode(hash, $1) as hash from api_tokens', [
      'escape',
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(4));

    await server.database.query("update api_tokens set expires_at = now() - interval '1 second'");
    expect(await use('/people')).toBe(401);
    await server.database.query('update api_tokens set expires_at = null');
    expect(await use('/people')).toBe(200);
    expect((await admin('DELETE', `/tokens/${token.id}`)).status).toBe(204);
    expect(await use('/people')).toBe(401);
    expect((await admin('DELETE', `/tokens/${token.id}`)).status).toBe(404);
    const { actors } = (await admin('GET', '/actors')).body as { actors: Record<string, object> };
    expect(actors[`token:${token.id}`]).toEqual({ name: 'Import', gone: true });
  });
});
