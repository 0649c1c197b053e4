import type { AuditFilter, AuditVerification, StoredAuditEntry } from '../../protocol/audit.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

/** Reads the audit log. */
export type AuditSearch = {
  /** Newest first. @param query.before a sequence: only what was written before it */
  list(
    query: AuditFilter & { limit: number; before?: number | undefined },
  ): Promise<{ entries: StoredAuditEntry[]; next?: number }>;
  /** The entry of a person's erasure, if there was one. */
  erasureOf(personId: string): Promise<StoredAuditEntry | undefined>;
  verify(): Promise<AuditVerification>;
};

type Row = Omit<StoredAuditEntry, 'detail'> & { detail: string };

export function createAuditSearch(dependencies: { database: Database; audit: AuditStore }): AuditSearch {
  const { database, audit } = dependencies;
  const list: AuditSearch['list'] = async ({ actor, action, subject, from, to, before, limit }) => {
    const values: unknown[] = [];
    const conditions: string[] = [];
    const where = (condition: (parameter: string) => string, value: unknown) => {
      if (value === undefined) return;
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    };
    where((p) => `actor = ${p}`, actor);
    where((p) => `(action = ${p} or split_part(action, '.', 1) = ${p})`, action);
    where((p) => `subject = ${p}`, subject);
    // ISO 8601 in UTC: the order of the text is the order of time.
    where((p) => `at >= ${p}`, from?.toISOString());
    where((p) => `at <= ${p}`, to?.toISOString());
    where((p) => `sequence < ${p}`, before);
    const rows = await database.query<Row>(
      `select sequence, at, actor, action, subject, detail, hash from audit
       ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
       order by sequence desc limit ${limit + 1}`,
      values,
    );
    const entries = rows.slice(0, limit).map(toEntry);
    const last = entries.at(-1);
    return { entries, ...(rows.length > limit && last ? { next: last.sequence } : {}) };
  };
  return {
    list,
    async erasureOf(personId) {
      return (await list({ action: 'person.erased', subject: personId, limit: 1 })).entries[0];
    },
    async verify() {
      const [last] = await database.query<{ sequence: number; hash: string }>(
        'select sequence, hash from audit order by sequence desc limit 1',
      );
      const firstBroken = (await audit.firstBroken()) ?? null;
      return {
        intact: firstBroken === null,
        entries: last?.sequence ?? 0,
        firstBroken,
        head: last?.hash ?? null,
      };
    },
  };
}

function toEntry(row: Row): StoredAuditEntry {
  return { ...row, detail: JSON.parse(row.detail) as StoredAuditEntry['detail'] };
}
