import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { ACCESS_LIMITS, type Actors, type ChangeUser, type User } from '../../protocol/access.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { ConsoleRole } from '../../protocol/rest.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { type Database, isUniqueViolation, type Queryable } from '../db/client.ts';

/** Creations take turns on it, so that the limit holds. */
const CREATE_LOCK = 7_031_996;

/** Somebody who may log in. */
export type ActiveUser = { id: string; name: string; role: ConsoleRole; password: string | undefined };

type Row = {
  id: string;
  name: string;
  role: ConsoleRole;
  has_password: boolean;
  disabled_at: Date | null;
  created_at: Date;
  last_seen_at: Date | null;
  sessions: number;
};
const SELECT = `select u.id, u.name, u.role, u.password is not null as has_password, u.disabled_at, u.created_at,
  u.last_seen_at, (select count(*)::int from user_sessions s where s.user_id = u.id and s.expires_at > now()) as sessions
  from users u where u.deleted_at is null`;

/** The people who use the console. `changed` tells that somebody’s role or right to log in has changed. */
export class UserStore extends EventEmitter<{ changed: [{ id: string }] }> {
  readonly #database: Database;
  readonly #audit: AuditStore;

  constructor(dependencies: { database: Database; audit: AuditStore }) {
    super();
    this.#database = dependencies.database;
    this.#audit = dependencies.audit;
  }

  /** By name. */
  async list(): Promise<User[]> {
    return (await this.#database.query<Row>(`${SELECT} order by lower(u.name)`)).map(toUser);
  }

  async get(id: string): Promise<User | undefined> {
    return this.#get(this.#database, id);
  }

  async #get(queryable: Queryable, id: string): Promise<User | undefined> {
    const [row] = await queryable.query<Row>(`${SELECT} and u.id = $1`, [id]);
    return row && toUser(row);
  }

  /** @returns `undefined` for nobody, and for somebody who is disabled or deleted */
  async findActive(by: { id: string } | { name: string }): Promise<ActiveUser | undefined> {
    const [condition, value] = 'id' in by ? ['id = $1', by.id] : ['lower(name) = lower($1)', by.name];
    const [row] = await this.#database.query<Omit<ActiveUser, 'password'> & { password: string | null }>(
      `select id, name, role, password from users where ${condition} and disabled_at is null and deleted_at is null`,
      [value],
    );
    return row && { ...row, password: row.password ?? undefined };
  }

  /** @throws {FacewireError} `conflict` when the name is taken, `bad-state` when there are as many as may be */
  async create({ name, role, by }: { name: string; role: ConsoleRole; by: string }): Promise<User> {
    const id = randomUUID();
    const created = await this.#database
      .transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [CREATE_LOCK]);
        const [count] = await tx.query<{ count: number }>(
          'select count(*)::int as count from users where deleted_at is null',
        );
        if ((count?.count ?? 0) >= ACCESS_LIMITS.users) throw tooMany();
        await tx.query('insert into users (id, name, role) values ($1, $2, $3)', [id, name, role]);
        await this.#audit.append({ actor: by, action: 'user.created', subject: id, detail: { role } }, tx);
        return this.#get(tx, id);
      })
      .catch((error: unknown) => explainName(error, name));
    return created as User;
  }

  /** Disabling somebody ends their sessions, and their unused links no longer work. @throws {FacewireError} `conflict` */
  async change(id: string, change: ChangeUser & { by: string }): Promise<User | undefined> {
    const { name, role, disabled, by } = change;
    const changed = await this.#database
      .transaction(async (tx) => {
        const rows = await tx.query(
          `update users set name = coalesce($2, name), role = coalesce($3, role),
             disabled_at = case when $4::boolean then coalesce(disabled_at, now()) when $4 = false then null else disabled_at end
           where id = $1 and deleted_at is null returning id`,
          [id, name ?? null, role ?? null, disabled ?? null],
        );
        if (rows.length === 0) return undefined;
        if (disabled) await logOut(tx, id);
        const detail = {
          ...(name === undefined ? {} : { renamed: true }),
          ...(role === undefined ? {} : { role }),
          ...(disabled === undefined ? {} : { disabled }),
        };
        await this.#audit.append({ actor: by, action: 'user.changed', subject: id, detail }, tx);
        return this.#get(tx, id);
      })
      .catch((error: unknown) => explainName(error, name ?? ''));
    if (changed) this.emit('changed', { id });
    return changed;
  }

  /** Their name stays for the audit log, and is free for somebody else. @returns false when there is none */
  async remove({ id, by }: { id: string; by: string }): Promise<boolean> {
    const removed = await this.#database.transaction(async (tx) => {
      const rows = await tx.query(
        'update users set deleted_at = now(), password = null where id = $1 and deleted_at is null returning id',
        [id],
      );
      if (rows.length === 0) return false;
      await logOut(tx, id);
      await this.#audit.append({ actor: by, action: 'user.deleted', subject: id }, tx);
      return true;
    });
    if (removed) this.emit('changed', { id });
    return removed;
  }

  /** Their other sessions end. @param input.keep the session that it is set in */
  async setPassword(input: { id: string; password: string; keep: string; by: string }): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query('update users set password = $2 where id = $1', [input.id, input.password]);
      await logOut(tx, input.id, input.keep);
      await this.#audit.append({ actor: input.by, action: 'user.password-set', subject: input.id }, tx);
    });
    this.emit('changed', { id: input.id });
  }

  /** Names of users and tokens by subject, those who are gone too. */
  async actors(): Promise<Actors> {
    const rows = await this.#database.query<{ subject: string; name: string; gone: boolean }>(
      `select 'user:' || id as subject, name, deleted_at is not null as gone from users
       union all select 'token:' || id, name, revoked_at is not null from api_tokens limit 10000`,
    );
    return Object.fromEntries(rows.map(({ subject, name, gone }) => [subject, { name, gone }]));
  }
}

/** Ends the sessions of a user, and the links not used yet. */
async function logOut(tx: Queryable, userId: string, keep?: string): Promise<void> {
  await tx.query('delete from user_sessions where user_id = $1 and id is distinct from $2', [
    userId,
    keep ?? null,
  ]);
  await tx.query('delete from login_codes where user_id = $1', [userId]);
}

function toUser(row: Row): User {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    disabled: row.disabled_at !== null,
    hasPassword: row.has_password,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    sessions: row.sessions,
  };
}

function explainName(error: unknown, name: string): never {
  if (!isUniqueViolation(error)) throw error;
  throw new FacewireError('conflict', `There is a user with the name ${name} already. Choose another one.`, {
    details: { errors: [{ field: 'name', message: 'is taken already' }] },
  });
}

function tooMany(): FacewireError {
  return new FacewireError(
    'bad-state',
    `There are ${ACCESS_LIMITS.users} users already, and no more are kept. Delete one who no longer works here.`,
  );
}
