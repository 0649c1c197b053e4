import { parseCookie, stringifySetCookie } from 'cookie';
import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';
import type { Config } from '../../config/schema.ts';
import { ACCESS_LIMITS } from '../../protocol/access.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/rest.ts';
import type { ClientKind } from '../../protocol/signaling.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import { isSameSecret, loadApiKey } from './api-key.ts';
import type { ApiTokenStore } from './api-token.store.ts';
import { CODE_USED, createLoginCodes } from './login-codes.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { clientOf, createSessionTokens, type Session } from './session-token.ts';
import type { ActiveUser, UserStore } from './user.store.ts';
import { createUserSessionStore, type StoredSession } from './user-session.store.ts';

/** Who asks. `subject` is what the audit log calls them. */
export type Principal = {
  role: Role;
  subject: string;
  kioskId?: string;
  userId?: string;
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

/** Where a login comes from: its address is limited, its browser told in the list of sessions. */
type Client = { address?: string | undefined; browser?: string | undefined };

export type Auth = {
  /** The bearer token of the role admin. */
  apiKey: string;
  /** @param grant.by subject of the principal who asks for it; default `server` */
  issueCode(grant: { role: Role; kioskId?: string; userId?: string; by?: string }): Promise<string>;
  /**
   * Logs a browser in.
   * @returns `cookie`, the value of the Set-Cookie header
   * @throws {FacewireError} `code-used`, `rate-limited`
   */
  redeemCode(input: { code: string } & Client): Promise<{ principal: Principal; cookie: string }>;
  /** Logs the browser of a kiosk in that was paired by a code. @returns `cookie` as of {@link redeemCode} */
  logInKiosk(grant: { kioskId: string }): Promise<{ principal: Principal; cookie: string }>;
  /**
   * Logs a browser in as a user by their password.
   * @throws {FacewireError} `wrong-password`, `rate-limited`
   */
  logIn(
    input: { name: string; password: string } & Client,
  ): Promise<{ principal: Principal; cookie: string }>;
  /**
   * Sets the password of the user who asks, and ends their other sessions.
   * @param input.current the password until now; not needed just after a link was opened
   * @throws {FacewireError} `wrong-password`, `rate-limited`; `bad-state` for whoever is no user
   */
  setPassword(input: {
    principal: Principal;
    password: string;
    current: string | undefined;
    address: string | undefined;
  }): Promise<void>;
  /** Whether {@link setPassword} takes no current password from this session. */
  maySetPassword(principal: Principal): Promise<boolean>;
  /** Where a user is logged in. */
  sessionsOf(userId: string): Promise<StoredSession[]>;
  /** Ends one or all sessions of a user. @returns how many */
  endSessions(input: { userId: string; id?: string; by: string }): Promise<number>;
  /** Is told when somebody’s sessions may have ended or their role changed. */
  onChanged(listener: () => void): void;
  /**
   * @returns `undefined` without valid credentials, and for a session that was ended or whose kiosk was revoked
   * @throws {FacewireError} `rate-limited` after too many wrong tokens from that address
   */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;
  /** Ends the session for good. @returns the Set-Cookie header that clears its cookie */
  endSession(principal: Principal): Promise<string>;
};

const FAILURES_PER_MINUTE = 20;
/** Wrong passwords for one name, wherever they come from. */
const WRONG_PASSWORDS = { points: 20, duration: 15 * 60 };
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
  users: UserStore;
  apiTokens: Pick<ApiTokenStore, 'find'>;
  audit: AuditStore;
  vault: Vault;
  now?: () => Date;
}): Auth {
  const { config, database, kiosks, users, apiTokens, audit, vault, now = () => new Date() } = dependencies;
  const apiKey = loadApiKey({ adminToken: config.ADMIN_TOKEN, dataDir: config.DATA_DIR });
  const tokens = createSessionTokens({ key: vault.derive('session') });
  const codes = createLoginCodes({ database, audit, now });
  const sessions = createUserSessionStore({ database, audit, now });
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });
  const wrongPasswords = new RateLimiterMemory(WRONG_PASSWORDS);
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

  const failed = async (address: string | undefined, what: 'bearer' | 'code' | 'password') => {
    const key = address ?? 'unknown';
    await failures.consume(key).catch(() => {});
    await audit.append({ actor: key, action: 'auth.failed', subject: what });
  };

  const trusted = new Map<string, { principal: Principal; until: number }>();
  const listeners: (() => void)[] = [];
  const changed = () => {
    trusted.clear();
    for (const listener of listeners) listener();
  };
  users.on('changed', changed);

  const live = async (session: Session | undefined, by: Principal['by']): Promise<Principal | undefined> => {
    if (!session) return undefined;
    const { id, role, kioskId, userId } = session;
    if (userId) {
      const stored = await sessions.check(id);
      return stored && principalFrom({ ...session, role: stored.role }, by);
    }
    const [ended] = await database.query('select 1 from ended_sessions where id = $1', [id]);
    if (ended) return undefined;
    if (role === 'kiosk' && !(kioskId && (await kiosks.get(kioskId)))) return undefined;
    return principalFrom(session, by);
  };

  /** Starts a session and makes the cookie that carries it. */
  const start = async (
    grant: { role: Role; kioskId?: string | undefined; userId?: string | undefined },
    startedBy: StoredSession['startedBy'],
    browser: string | undefined,
  ) => {
    const { role, kioskId, userId } = grant;
    const { token, session } = await tokens.issue({ role, kioskId, userId, now: now() });
    const { id, expiresAt } = session;
    if (userId) await sessions.start({ id, userId, startedBy, browser: browser ?? '', expiresAt });
    const seconds = Math.floor((expiresAt.getTime() - now().getTime()) / 1000);
    return { principal: principalFrom(session, 'cookie'), cookie: cookieFor(role, token, seconds) };
  };

  /** Judges a password; wrong ones are counted for the name and for the address, and written down. */
  const judgePassword = async (input: {
    name: string;
    password: string;
    stored: string | undefined;
    address: string | undefined;
  }) => {
    const key = input.name.toLowerCase();
    await refuseGuesser(failures, input.address);
    await refuseGuesser(wrongPasswords, key);
    if (await isPassword(input.password, input.stored)) return void (await wrongPasswords.delete(key));
    await wrongPasswords.consume(key).catch(() => {});
    await failed(input.address, 'password');
    throw new FacewireError('wrong-password', WRONG_PASSWORD);
  };

  const maySetPassword = async ({ session }: Principal) => {
    const stored = session && (await sessions.find(session.id));
    if (stored?.startedBy !== 'link') return false;
    return new Date(stored.createdAt).getTime() > now().getTime() - ACCESS_LIMITS.setPasswordMs;
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
    issueCode: ({ role, kioskId, userId, by = 'server' }) => codes.issue({ role, kioskId, userId, by }),
    maySetPassword,
    sessionsOf: (userId) => sessions.list(userId),
    onChanged: (listener) => void listeners.push(listener),

    async redeemCode({ code, address, browser }) {
      await refuseGuesser(failures, address);
      const grant = await codes.consume(code).catch(async (error: unknown) => {
        if (error instanceof FacewireError && error.code === 'code-used') await failed(address, 'code');
        throw error;
      });
      const { kioskId, userId } = grant;
      const user = userId && (await users.findActive({ id: userId }));
      if (userId && !user) throw new FacewireError('code-used', CODE_USED);
      // The role that the user has now, not the one of when the link was made.
      const begun = await start(user ? { role: user.role, userId } : grant, 'link', browser);
      const { subject, role } = begun.principal;
      await audit.append({ actor: subject, action: 'code.redeemed', subject: kioskId ?? userId ?? role });
      return begun;
    },

    async logIn({ name, password, address, browser }) {
      const user = await users.findActive({ name });
      await judgePassword({ name, password, stored: user?.password, address });
      const { role, id: userId } = user as ActiveUser;
      const begun = await start({ role, userId }, 'password', browser);
      await audit.append({ actor: begun.principal.subject, action: 'user.logged-in', subject: userId });
      return begun;
    },

    async setPassword({ principal, password, current, address }) {
      const { userId, session, subject } = principal;
      const user = userId && (await users.findActive({ id: userId }));
      if (!user || !session) throw new FacewireError('bad-state', NO_USER);
      if (user.password !== undefined && !(await maySetPassword(principal))) {
        await judgePassword({ name: user.name, password: current ?? '', stored: user.password, address });
      }
      await users.setPassword({
        id: user.id,
        password: await hashPassword(password),
        keep: session.id,
        by: subject,
      });
    },

    async endSessions(input) {
      const ended = await sessions.end(input);
      if (ended > 0) changed();
      return ended;
    },

    async logInKiosk({ kioskId }) {
      const begun = await start({ role: 'kiosk', kioskId }, 'link', undefined);
      await audit.append({ actor: begun.principal.subject, action: 'code.redeemed', subject: kioskId });
      return begun;
    },

    async authenticate({ authorization, cookie, token, client, address }) {
      const bearer = token ?? /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (bearer !== undefined) {
        await refuseGuesser(failures, address);
        if (isSameSecret(bearer, apiKey)) return { role: 'admin', subject: 'api-key', by: 'bearer' };
        const program = await apiTokens.find(bearer);
        if (program) return { role: program.role, subject: `token:${program.id}`, by: 'bearer' };
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

    async endSession({ role, subject, session, userId }) {
      if (session && userId) {
        await sessions.end({ userId, id: session.id, by: subject });
        trusted.clear();
      } else if (session) {
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

function principalFrom(session: Session, by: Principal['by']): Principal {
  const { id, role, kioskId, userId, subject, expiresAt } = session;
  return {
    role,
    subject,
    by,
    session: { id, expiresAt },
    ...(kioskId ? { kioskId } : {}),
    ...(userId ? { userId } : {}),
  };
}

/** @param key an address, or the name of a user */
async function refuseGuesser(failures: RateLimiterAbstract, key: string | undefined): Promise<void> {
  const state = await failures.get(key ?? 'unknown');
  if (!state || state.consumedPoints < failures.points) return;
  const seconds = Math.ceil(state.msBeforeNext / 1000);
  throw new FacewireError(
    'rate-limited',
    `Too many wrong tokens, links or passwords came from this address or for this name. Try again in ${seconds} s.`,
    { details: { retryAfter: seconds } },
  );
}

const WRONG_PASSWORD =
  'The name and the password do not belong together, or this user has no password, or is disabled. ' +
  'Whoever has forgotten the password asks an administrator for a new link.';
const NO_USER =
  'Passwords belong to users, and this login is not one’s: it came from a link for a role, or from a token. ' +
  'An administrator creates users on the Admin page.';
