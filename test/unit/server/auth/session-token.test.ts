import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSessionTokens } from '../../../../server/auth/session-token.ts';
import { testVault } from '../../../support/gallery.ts';

const key = testVault.derive('session');
const tokens = createSessionTokens({ key });
const now = new Date('2026-01-15T09:00:00Z');
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

describe('session tokens', () => {
  it('carry role and kiosk, for the page they are made for only', async () => {
    const kioskId = randomUUID();
    const { token, session } = await tokens.issue({ role: 'kiosk', kioskId, userId: undefined, now });
    expect(await tokens.verify(token, { client: 'kiosk', now })).toEqual(session);
    expect(await tokens.verify(token, { client: undefined, now })).toEqual(session);
    expect(await tokens.verify(token, { client: 'console', now })).toBeUndefined();
    expect(session).toMatchObject({ role: 'kiosk', kioskId, subject: `kiosk:${kioskId}` });
  });

  it.each([
    ['kiosk', 180 * 24],
    ['guard', 12],
    ['operator', 12],
    ['admin', 12],
  ] as const)('of the role %s last %i hours', async (role, hours) => {
    const kioskId = role === 'kiosk' ? randomUUID() : undefined;
    const { token } = await tokens.issue({ role, kioskId, userId: undefined, now });
    expect(await tokens.verify(token, { client: undefined, now: later(hours - 0.01) })).toBeDefined();
    expect(await tokens.verify(token, { client: undefined, now: later(hours + 0.01) })).toBeUndefined();
  });

  it('are refused when forged, altered, unsigned or nonsense', async () => {
    const other = createSessionTokens({ key: testVault.derive('another use') });
    const { token: foreign } = await other.issue({
      role: 'admin',
      kioskId: undefined,
      userId: undefined,
      now,
    });
    const { token } = await tokens.issue({ role: 'operator', kioskId: undefined, userId: undefined, now });
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const raised = `${header}.${encode({ ...claims, role: 'admin' })}.${signature}`;
    const unsigned = `${encode({ alg: 'none' })}.${payload}.`;
    for (const bad of [foreign, raised, unsigned, '', 'a.b.c', 'x'.repeat(5000)]) {
      expect(await tokens.verify(bad, { client: undefined, now })).toBeUndefined();
    }
  });

  it('are refused without the claims that a session has, though signed by our key', async () => {
    const token = await new SignJWT({ role: 'root' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('facewire')
      .setAudience('console')
      .setIssuedAt(now)
      .setExpirationTime(later(1))
      .sign(key);
    expect(await tokens.verify(token, { client: undefined, now })).toBeUndefined();
  });
});
