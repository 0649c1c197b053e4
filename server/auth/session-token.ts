import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import { z } from 'zod';
import { ROLES, type Role } from '../../protocol/rest.ts';
import type { ClientKind } from '../../protocol/signaling.ts';

const ISSUER = 'facewire';
const HOUR_S = 3600;
/** A kiosk stays logged in where nobody types; it is checked against revocation at each use. */
const LIFETIME_S = {
  kiosk: 180 * 24 * HOUR_S,
  guard: 12 * HOUR_S,
  operator: 12 * HOUR_S,
  admin: 12 * HOUR_S,
} as const;

const claimsSchema = z.object({
  jti: z.uuid(),
  sub: z.string(),
  exp: z.number(),
  role: z.enum(ROLES),
  kiosk: z.uuid().optional(),
  user: z.uuid().optional(),
});

export type Session = {
  id: string;
  role: Role;
  kioskId: string | undefined;
  userId: string | undefined;
  subject: string;
  expiresAt: Date;
};

/** Sessions as signed tokens (JWT, HS256), one audience for each kind of page. */
export type SessionTokens = {
  issue(session: {
    role: Role;
    kioskId: string | undefined;
    userId: string | undefined;
    now: Date;
  }): Promise<{ token: string; session: Session }>;
  /** @returns `undefined` for a token that is forged, expired or for another kind of page */
  verify(token: string, options: { client: ClientKind | undefined; now: Date }): Promise<Session | undefined>;
};

/** @param options.key 32 bytes: `vault.derive('session')` */
export function createSessionTokens({ key }: { key: Uint8Array }): SessionTokens {
  return {
    async issue({ role, kioskId, userId, now }) {
      const id = randomUUID();
      const subject = subjectOf({ id, role, kioskId, userId });
      const issuedAt = Math.floor(now.getTime() / 1000);
      const expiresAt = issuedAt + LIFETIME_S[role];
      const token = await new SignJWT({
        role,
        ...(kioskId ? { kiosk: kioskId } : {}),
        ...(userId ? { user: userId } : {}),
      })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(clientOf(role))
        .setSubject(subject)
        .setJti(id)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return {
        token,
        session: { id, role, kioskId, userId, subject, expiresAt: new Date(expiresAt * 1000) },
      };
    },
    async verify(token, { client, now }) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: client ?? ['kiosk', 'console'],
          currentDate: now,
        });
        const claims = claimsSchema.parse(payload);
        return {
          id: claims.jti,
          role: claims.role,
          kioskId: claims.kiosk,
          userId: claims.user,
          subject: claims.sub,
          expiresAt: new Date(claims.exp * 1000),
        };
      } catch (error) {
        if (error instanceof JOSEError || error instanceof z.ZodError) return undefined;
        throw error;
      }
    },
  };
}

/** What the audit log calls them: the kiosk, the user, or a browser that was let in as a role. */
function subjectOf(session: {
  id: string;
  role: Role;
  kioskId: string | undefined;
  userId: string | undefined;
}): string {
  const { id, role, kioskId, userId } = session;
  if (kioskId) return `kiosk:${kioskId}`;
  return userId ? `user:${userId}` : `${role}:${id.slice(0, 8)}`;
}

/** The page that a role works with. */
export function clientOf(role: Role): ClientKind {
  return role === 'kiosk' ? 'kiosk' : 'console';
}
