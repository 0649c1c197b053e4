import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ACCESS_LIMITS, type ApiToken } from '../../protocol/access.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { ConsoleRole } from '../../protocol/rest.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

/** Tells a token from other secrets, also for programs that look for leaked ones. */
const PREFIX = 'fwt_';
const SECRET_BYTES = 32;
const TOUCH_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** Creations take turns on it, so that the limit holds. */
const CREATE_LOCK = 7_031_995;

/** Tokens of programs: 256 bits, kept as hashes. */
export type ApiTokenStore = {
  /** Those that were not revoked, oldest first. */
  list(): Promise<ApiToken[]>;
  /** @throws {FacewireError} `bad-state` when there are as many as may be */
  create(input: {
    name: string;
    role: ConsoleRole;
    expiresInDays?: number | undefined;
    by: string;
  }): Promise<{ token: ApiToken; secret: string }>;
  /** @returns false when there is none, or it was revoked before */
  revoke(input: { id: string; by: string }): Promise<boolean>;
  /** @returns `undefined` for a secret that is no token’s, or whose token has expired or was revoked */
  find(secret: string): Promise<{ id: string; role: ConsoleRole } | undefined>;
};

type Row = {
  id: string;
  name: string;
  role: ConsoleRole;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
};
const COLUMNS = 'id, name, role, created_by, created_at, expires_at, last_used_at';

export function createApiTokenStore(dependencies: {
  database: Database;
  audit: AuditStore;
  now?: () => Date;
}): ApiTokenStore {
  const { database, audit, now = () => new Date() } = dependencies;
  return {
    async list() {
      const rows = await database.query<Row>(
        `select ${COLUMNS} from api_tokens where revoked_at is null order by created_at, id`,
      );
      return rows.map(toToken);
    },

    async create({ name, role, expiresInDays, by }) {
      const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
      const expiresAt =
        expiresInDays === undefined ? null : new Date(now().getTime() + expiresInDays * DAY_MS);
      const token = await database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [CREATE_LOCK]);
        const [count] = await tx.query<{ count: number }>(
          'select count(*)::int as count from api_tokens where revoked_at is null',
        );
        if ((count?.count ?? 0) >= ACCESS_LIMITS.tokens) throw tooMany();
        const [row] = await tx.query<Row>(
          `insert into api_tokens (id, name, role, hash, created_by, created_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
          [randomUUID(), name, role, hashOf(secret), by, now(), expiresAt],
        );
        const created = toToken(row as Row);
        await audit.append({ actor: by, action: 'token.created', subject: created.id, detail: { role } }, tx);
        return created;
      });
      return { token, secret };
    },

    async revoke({ id, by }) {
      return database.transaction(async (tx) => {
        const rows = await tx.query(
          'update api_tokens set revoked_at = $2 where id = $1 and revoked_at is null returning id',
          [id, now()],
        );
        if (rows.length === 0) return false;
        await audit.append({ actor: by, action: 'token.revoked', subject: id }, tx);
        return true;
      });
    },

    async find(secret) {
      if (!secret.startsWith(PREFIX)) return undefined;
      const [row] = await database.query<{ id: string; role: ConsoleRole; last_used_at: Date | null }>(
        `select id, role, last_used_at from api_tokens
         where hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
        [hashOf(secret), now()],
      );
      if (!row) return undefined;
      if ((row.last_used_at?.getTime() ?? 0) < now().getTime() - TOUCH_MS) {
        await database.query('update api_tokens set last_used_at = $2 where id = $1', [row.id, now()]);
      }
      return { id: row.id, role: row.role };
    },
  };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function toToken(row: Row): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

function tooMany(): FacewireError {
  return new FacewireError(
    'bad-state',
    `There are ${ACCESS_LIMITS.tokens} tokens already, and no more are kept. Revoke one that is not used.`,
  );
}
