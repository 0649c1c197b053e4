import { describe, expect, it } from 'vitest';
import { login } from '../../../../client/net/login.ts';

const SESSION = { role: 'kiosk', expiresAt: '2030-01-01T00:00:00Z' };
const problem = (status: number, code: string, retryable = false) => ({
  status,
  body: { type: 'about:blank', title: code, status, code, detail: `detail of ${code}`, retryable },
});

/** Logs in against canned answers by path; returns the outcome, the requests, and the address bar. */
async function logIn(hash: string, answers: Record<string, { status: number; body: unknown } | undefined>) {
  const asked: { path: string; body: unknown }[] = [];
  let address = `/kiosk?x=1${hash}`;
  const outcome = await login({
    client: 'kiosk',
    location: { hash, pathname: '/kiosk', search: '?x=1' },
    history: {
      replaceState: (_data, _title, url) => {
        address = String(url);
      },
    },
    fetch: async (input, init) => {
      const path = input as string;
      asked.push({ path, body: init?.body });
      const answer = answers[path];
      if (!answer) throw new TypeError('network');
      return new Response(JSON.stringify(answer.body), { status: answer.status });
    },
  });
  return { outcome, asked, address };
}

describe('login', () => {
  it('exchanges the code of the link and takes it out of the address bar', async () => {
    const { outcome, asked, address } = await logIn('#code=abc', {
      '/auth/code': { status: 200, body: SESSION },
    });
    expect(outcome).toEqual({ kind: 'session', session: SESSION });
    expect(asked).toEqual([{ path: '/auth/code', body: '{"code":"abc"}' }]);
    expect(address).toBe('/kiosk?x=1');
  });

  it('uses the cookie of an earlier visit without a code', async () => {
    const { outcome } = await logIn('', { '/auth/session?client=kiosk': { status: 200, body: SESSION } });
    expect(outcome.kind).toBe('session');
  });

  it('says that there is no session when there is neither', async () => {
    const { outcome } = await logIn('', { '/auth/session?client=kiosk': problem(401, 'unauthenticated') });
    expect(outcome).toEqual({ kind: 'no-session' });
  });

  it('says that a link was used, unless the cookie from its first use still holds', async () => {
    const used = { '/auth/code': problem(401, 'code-used') };
    const without = { ...used, '/auth/session?client=kiosk': problem(401, 'unauthenticated') };
    const withCookie = { ...used, '/auth/session?client=kiosk': { status: 200, body: SESSION } };
    expect((await logIn('#code=abc', without)).outcome).toEqual({ kind: 'link-used' });
    expect((await logIn('#code=abc', withCookie)).outcome.kind).toBe('session');
  });

  it('keeps the code when the server could not be asked', async () => {
    const { outcome, address } = await logIn('#code=abc', {});
    expect(outcome).toEqual({ kind: 'failed', retryable: true });
    expect(address).toContain('#code=abc');
  });

  it('hands on what the server says', async () => {
    const { outcome } = await logIn('', { '/auth/session?client=kiosk': problem(429, 'rate-limited', true) });
    expect(outcome).toEqual({ kind: 'failed', message: 'detail of rate-limited', retryable: true });
  });

  it('does not take an answer of another shape for a session', async () => {
    const { outcome } = await logIn('', {
      '/auth/session?client=kiosk': { status: 200, body: { ok: true } },
    });
    expect(outcome).toEqual({ kind: 'failed', retryable: false });
  });
});
