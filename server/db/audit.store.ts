import { createHash } from 'node:crypto';
import type { Database, Queryable } from './client.ts';

/** What is written down. `detail` never holds biometric data, names of unknown people, codes or tokens. */
type AuditEntry = {
  /** Who did it: a principal's subject, or `server`. */
  actor: string;
  action:
    | 'person.enrolled'
    | 'person.photos-added'
    | 'person.changed'
    | 'person.photo-removed'
    | 'person.photo-moved'
    | 'person.merged'
    | 'person.merge-undone'
    | 'person.exported'
    | 'person.erased'
    | 'unknown.ignored'
    | 'unknown.shown'
    | 'unknown.denied'
    | 'unknown.denial-taken-back'
    | 'unknown.moved'
    | 'unknown.erased'
    | 'unknown.assigned'
    | 'unknown.assignment-undone'
    | 'person.watched'
    | 'person.unwatched'
    | 'alert.acknowledged'
    | 'sightings.exported'
    | 'sighting.confirmed'
    | 'sighting.confirmation-taken-back'
    | 'fpir.set'
    | 'model.switch-begun'
    | 'model.switch-cancelled'
    | 'model.switched'
    | 'evaluation.started'
    | 'training.group-created'
    | 'training.group-changed'
    | 'training.group-deleted'
    | 'training.version-made'
    | 'training.trial-begun'
    | 'training.trial-ended'
    | 'training.promoted'
    | 'training.rolled-back'
    | 'webhook.created'
    | 'webhook.changed'
    | 'webhook.deleted'
    | 'kiosk.created'
    | 'kiosk.changed'
    | 'kiosk.paired'
    | 'kiosk.revoked'
    | 'user.created'
    | 'user.changed'
    | 'user.deleted'
    | 'user.password-set'
    | 'user.logged-in'
    | 'retention.set'
    | 'queue.paused'
    | 'queue.resumed'
    | 'queue.job-retried'
    | 'queue.job-removed'
    | 'audit.exported'
    | 'token.created'
    | 'token.revoked'
    | 'code.issued'
    | 'code.redeemed'
    | 'session.ended'
    | 'auth.failed';
  /** What it was done to: an id. */
  subject: string;
  detail?: Record<string, string | number | boolean | null>;
};

type AuditRow = {
  sequence: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  hash: string;
};

export type AuditStore = {
  /** Appends; within `tx`, the entry stands or falls with the change that it tells of. */
  append(entry: AuditEntry, tx?: Queryable): Promise<void>;
  /** Recomputes the chain. @returns the sequence of the first entry that does not fit, if any */
  firstBroken(): Promise<number | undefined>;
};

const AUDIT_LOCK = 7_031_999;
const GENESIS = '0'.repeat(64);

export function createAuditStore({ database }: { database: Database }): AuditStore {
  const appendIn = async (tx: Queryable, entry: AuditEntry) => {
    // Writers take turns, or two entries would claim the same predecessor.
    await tx.query('select pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
    const [last] = await tx.query<{ sequence: number; hash: string }>(
      'select sequence, hash from audit order by sequence desc limit 1',
    );
    const row = {
      sequence: (last?.sequence ?? 0) + 1,
      at: new Date().toISOString(),
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail ?? {}),
    };
    await tx.query(
      'insert into audit (sequence, at, actor, action, subject, detail, hash) values ($1, $2, $3, $4, $5, $6, $7)',
      [
        row.sequence,
        row.at,
        row.actor,
        row.action,
        row.subject,
        row.detail,
        hashOf(last?.hash ?? GENESIS, row),
      ],
    );
  };
  return {
    append: (entry, tx) => (tx ? appendIn(tx, entry) : database.transaction((own) => appendIn(own, entry))),
    async firstBroken() {
      let previous = { sequence: 0, hash: GENESIS };
      for (;;) {
        const rows = await database.query<AuditRow>(
          'select * from audit where sequence > $1 order by sequence limit 1000',
          [previous.sequence],
        );
        if (rows.length === 0) return undefined;
        for (const row of rows) {
          if (row.sequence !== previous.sequence + 1 || row.hash !== hashOf(previous.hash, row))
            return row.sequence;
          previous = row;
        }
      }
    },
  };
}

function hashOf(previous: string, row: Omit<AuditRow, 'hash'>): string {
  const { sequence, at, actor, action, subject, detail } = row;
  return createHash('sha256')
    .update(JSON.stringify([previous, sequence, at, actor, action, subject, detail]))
    .digest('hex');
}
