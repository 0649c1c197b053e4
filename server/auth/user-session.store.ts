import { ACCESS_LIMITS, type UserSession } from '../../protocol/access.ts';
import type { ConsoleRole } from '../../protocol/rest.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

/** A session’s “last seen” is written down at most so often. */
const TOUCH_MS = 60_000;
const BROWSER_LENGTH = 300;

export type StoredSession = Omit<UserSession, 'current'>;

/** The browsers in which users are logged in. */
export type UserSessionStore = {
  start(session: {
    id: string;
    userId: string;
    startedBy: UserSession['startedBy'];
    browser: string;
    expiresAt: Date;
  }): Promise<void>;
  /** @returns the role that its user has now; `undefined` when it has ended, or the user may no longer log in */
  check(id: string): Promise<{ role: ConsoleRole } | undefined>;
  find(id: string): Promise<StoredSession | undefined>;
  /** Last seen first. */
  list(userId: string): Promise<StoredSession[]>;
  /** @param input.id absent: all of the user @returns how many were ended */
  end(input: { userId: string; id?: string; by: string }): Promise<number>;
};

type Row = {
  id: string;
  started_by: UserSession['startedBy'];
  browser: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
};
const COLUMNS = 'id, started_by, browser, created_at, last_seen_at, expires_at';

export function createUserSessionStore(dependencies: {
  database: Database;
  audit: AuditStore;
  now: () => Date;
}): UserSessionStore {
  const { database, audit, now } = dependencies;
  return {
    async start({ id, userId, startedBy, browser, expiresAt }) {
      await database.transaction(async (tx) => {
        await tx.query('delete from user_sessions where expires_at < $1', [now()]);
        await tx.query(
          `delete from user_sessions where id in
             (select id from user_sessions where user_id = $1 order by last_seen_at desc offset $2)`,
          [userId, ACCESS_LIMITS.sessionsPerUser - 1],
        );
        await tx.query(
          `insert into user_sessions (${COLUMNS}, user_id) values ($1, $2, $3, $4, $4, $5, $6)`,
          [id, startedBy, browser.slice(0, BROWSER_LENGTH), now(), expiresAt, userId],
        );
        await tx.query('update users set last_seen_at = $2 where id = $1', [userId, now()]);
      });
    },

    async check(id) {
      const [row] = await database.query<{ user_id: string; role: ConsoleRole; last_seen_at: Date }>(
        `select s.user_id, u.role, s.last_seen_at from user_sessions s join users u on u.id = s.user_id
         where s.id = $1 and u.disabled_at is null and u.deleted_at is null`,
        [id],
      );
      if (!row) return undefined;
      if (row.last_seen_at.getTime() < now().getTime() - TOUCH_MS) {
        await database.query('update user_sessions set last_seen_at = $2 where id = $1', [id, now()]);
        await database.query('update users set last_seen_at = $2 where id = $1', [row.user_id, now()]);
      }
      return { role: row.role };
    },

    async find(id) {
      const [row] = await database.query<Row>(`select ${COLUMNS} from user_sessions where id = $1`, [id]);
      return row && toSession(row);
    },

    async list(userId) {
      const rows = await database.query<Row>(
        `select ${COLUMNS} from user_sessions where user_id = $1 and expires_at > $2 order by last_seen_at desc, id`,
        [userId, now()],
      );
      return rows.map(toSession);
    },

    async end({ userId, id, by }) {
      return database.transaction(async (tx) => {
        const ended = await tx.query<{ id: string }>(
          'delete from user_sessions where user_id = $1 and ($2::uuid is null or id = $2) returning id',
          [userId, id ?? null],
        );
        for (const session of ended) {
          await audit.append({ actor: by, action: 'session.ended', subject: session.id }, tx);
        }
        return ended.length;
      });
    },
  };
}

function toSession(row: Row): StoredSession {
  return {
    id: row.id,
    startedBy: row.started_by,
    browser: row.browser,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
