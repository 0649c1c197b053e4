import { parseCookie, stringifySetCookie } from 'cookie';
import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';
import type { Config } from '../../config/schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/rest.ts';
import type { ClientKind } from '../../protocol/signaling.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import { isSameSecret, loadApiKey } from './api-key.ts';
import { createLoginCodes } from './login-codes.ts';
import { clientOf, createSessionTokens, type Session } from './session-token.ts';

/** Who asks. `subject` is what the audit log calls them. */
export type Principal = {
  role: Role;
  subject: string;
  kioskId?: string;
  /** A cookie is sent by the browser without the page's doing, so writes by it need a checked origin. */
  by: 'bearer' | 'cookie';
  /** Absent for the API key. */
  session?: { id: string; expiresAt: Date };
};

export type Credentials = {
  /** The `Authorization` header. */
  authorization?: string | undefined;
  /** The `Cookie` header. */
  cookie?: string | undefined;
  /** A bearer token that came in a message. */
  token?: string | undefined;
  /** Which page asks: its cookie counts alone. Without it, the console's is tried, then the kiosk's. */
  client?: ClientKind | undefined;
  /** Network address: bearer tokens guessed from one address are limited. */
  address?: string | undefined;
};

export type Auth = {
  /** The bearer token of the role admin. */
  apiKey: string;
  /** @param grant.by subject of the principal who asks for it; default `server` */
  issueCode(grant: { role: Role; kioskId?: string; by?: string }): Promise<string>;
  /**
   * Logs a browser in.
   * @returns `cookie`, the value of the Set-Cookie header
   * @throws {FacewireError} `code-used`, `rate-limited`
   */
  redeemCode(input: {
    code: string;
    address?: string | undefined;
  }): Promise<{ principal: Principal; cookie: string }>;
  /**
   * @returns `undefined` without valid credentials, and for a session that was ended or whose kiosk was revoked
   * @throws {FacewireError} `rate-limited` after too many wrong tokens from that address
   */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;
  /** Ends the session for good. @returns the Set-Cookie header that clears its cookie */
  endSession(principal: Principal): Promise<string>;
};

const FAILURES_PER_MINUTE = 20;
/** A console asks for dozens of crops a second; its session is looked up once in that time (3 ms of CPU each). */
const TRUST_CONSOLE_MS = 1000;
const TRUSTED_AT_MOST = 1000;
const COOKIE_NAMES = { kiosk: 'facewire-kiosk', console: 'facewire-console' } as const satisfies Record<
  ClientKind,
  string
>;

export function createAuth(dependencies: {
  config: Pick<Config, 'ADMIN_TOKEN' | 'DATA_DIR' | 'PUBLIC_URL' | 'TLS'>;
  database: Database;
  kiosks: KioskStore;
  audit: AuditStore;
  vault: Vault;
  now?: () => Date;
}): Auth {
  const { config, database, kiosks, audit, vault, now = () => new Date() } = dependencies;
  const apiKey = loadApiKey({ adminToken: config.ADMIN_TOKEN, dataDir: config.DATA_DIR });
  const tokens = createSessionTokens({ key: vault.derive('session') });
  const codes = createLoginCodes({ database, audit, now });
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });
  const secure = config.PUBLIC_URL ? config.PUBLIC_URL.startsWith('https:') : config.TLS !== undefined;

  const cookieFor = (role: Role, value: string, maxAge: number) =>
    stringifySetCookie({
      name: COOKIE_NAMES[clientOf(role)],
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
    });

  const failed = async (address: string | undefined, what: 'bearer' | 'code') => {
    const key = address ?? 'unknown';
    await failures.consume(key).catch(() => {});
    await audit.append({ actor: key, action: 'auth.failed', subject: what });
  };

  const trusted = new Map<string, { principal: Principal; until: number }>();

  const live = async (session: Session | undefined, by: Principal['by']): Promise<Principal | undefined> => {
    if (!session) return undefined;
    const { id, role, kioskId, subject, expiresAt } = session;
    const [ended] = await database.query('select 1 from ended_sessions where id = $1', [id]);
    if (ended) return undefined;
    if (role === 'kiosk' && !(kioskId && (await kiosks.get(kioskId)))) return undefined;
    return { role, subject, by, session: { id, expiresAt }, ...(kioskId ? { kioskId } : {}) };
  };

  const authenticateCookie = async (token: string, client: ClientKind): Promise<Principal | undefined> => {
    const at = now().getTime();
    const known = trusted.get(token);
    if (client === 'console' && known && known.until > at) return known.principal;
    const principal = await live(await tokens.verify(token, { client, now: now() }), 'cookie');
    if (client === 'console' && principal) {
      if (trusted.size >= TRUSTED_AT_MOST) trusted.clear();
      trusted.set(token, { principal, until: at + TRUST_CONSOLE_MS });
    }
    return principal;
  };

  return {
    apiKey,
    issueCode: ({ role, kioskId, by = 'server' }) => codes.issue({ role, kioskId, by }),

    async redeemCode({ code, address }) {
      await refuseGuesser(failures, address);
      const grant = await codes.consume(code).catch(async (error: unknown) => {
        if (error instanceof FacewireError && error.code === 'code-used') await failed(address, 'code');
        throw error;
      });
      const { token, session } = await tokens.issue({ ...grant, now: now() });
      await audit.append({
        actor: session.subject,
        action: 'code.redeemed',
        subject: grant.kioskId ?? grant.role,
      });
      const seconds = Math.floor((session.expiresAt.getTime() - now().getTime()) / 1000);
      const { id, role, kioskId, subject, expiresAt } = session;
      return {
        principal: {
          role,
          subject,
          by: 'cookie',
          session: { id, expiresAt },
          ...(kioskId ? { kioskId } : {}),
        },
        cookie: cookieFor(role, token, seconds),
      };
    },

    async authenticate({ authorization, cookie, token, client, address }) {
      const bearer = token ?? /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (bearer !== undefined) {
        await refuseGuesser(failures, address);
        if (isSameSecret(bearer, apiKey)) return { role: 'admin', subject: 'api-key', by: 'bearer' };
        const principal = await live(await tokens.verify(bearer, { client, now: now() }), 'bearer');
        if (!principal) await failed(address, 'bearer');
        return principal;
      }
      const jar = parseCookie(cookie ?? '');
      for (const kind of client ? [client] : (['console', 'kiosk'] as const)) {
        const value = jar[COOKIE_NAMES[kind]];
        const principal = value && (await authenticateCookie(value, kind));
        if (principal) return principal;
      }
      return undefined;
    },

    async endSession({ role, subject, session }) {
      if (session) {
        await database.transaction(async (tx) => {
          await tx.query('delete from ended_sessions where expires_at < $1', [now()]);
          await tx.query(
            'insert into ended_sessions (id, expires_at) values ($1, $2) on conflict do nothing',
            [session.id, session.expiresAt],
          );
          await audit.append({ actor: subject, action: 'session.ended', subject: session.id }, tx);
        });
        trusted.clear();
      }
      return cookieFor(role, '', 0);
    },
  };
}

async function refuseGuesser(failures: RateLimiterAbstract, address: string | undefined): Promise<void> {
  const state = await failures.get(address ?? 'unknown');
  if (!state || state.consumedPoints < FAILURES_PER_MINUTE) return;
  const seconds = Math.ceil(state.msBeforeNext / 1000);
  throw new FacewireError(
    'rate-limited',
    `Too many wrong tokens or links came from this address. Try again in ${seconds} s.`,
    { details: { retryAfter: seconds } },
  );
}
