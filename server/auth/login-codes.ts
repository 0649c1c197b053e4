import { createHash, randomBytes } from 'node:crypto';
import { FacewireError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/rest.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

const CODE_BYTES = 16;
const LIFETIME_MS = 24 * 3600 * 1000;

type CodeGrant = { role: Role; kioskId: string | undefined; userId: string | undefined };

/** One-time codes: 128 bits, good for a day, kept as hashes. */
export type LoginCodes = {
  issue(grant: CodeGrant & { by: string }): Promise<string>;
  /** @throws {FacewireError} `code-used`: used, expired or never issued */
  consume(code: string): Promise<CodeGrant>;
};

export function createLoginCodes(dependencies: {
  database: Database;
  audit: AuditStore;
  now: () => Date;
}): LoginCodes {
  const { database, audit, now } = dependencies;
  return {
    async issue({ role, kioskId, userId, by }) {
      const code = randomBytes(CODE_BYTES).toString('base64url');
      await database.transaction(async (tx) => {
        await tx.query('delete from login_codes where expires_at < $1', [now()]);
        await tx.query(
          'insert into login_codes (hash, role, kiosk_id, user_id, expires_at) values ($1, $2, $3, $4, $5)',
          [hashOf(code), role, kioskId ?? null, userId ?? null, new Date(now().getTime() + LIFETIME_MS)],
        );
        await audit.append(
          { actor: by, action: 'code.issued', subject: kioskId ?? userId ?? role, detail: { role } },
          tx,
        );
      });
      return code;
    },
    async consume(code) {
      // One statement: of two that come at once, one wins.
      const [row] = await database.query<{ role: Role; kiosk_id: string | null; user_id: string | null }>(
        `update login_codes set used_at = $2 where hash = $1 and used_at is null and expires_at > $2
         returning role, kiosk_id, user_id`,
        [hashOf(code), now()],
      );
      if (!row) throw new FacewireError('code-used', CODE_USED);
      return { role: row.role, kioskId: row.kiosk_id ?? undefined, userId: row.user_id ?? undefined };
    },
  };
}

export const CODE_USED =
  'A link works once, within 24 hours, and this one was already used, has expired or was withdrawn. For a new one: ' +
  'an operator makes a kiosk’s link on the console, an admin a user’s, POST /auth/links with the API key makes any, ' +
  'and a restart of the server prints new ones.';

function hashOf(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
