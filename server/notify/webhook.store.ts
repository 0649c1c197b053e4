import { randomBytes, randomUUID } from 'node:crypto';
import { FacewireError } from '../../protocol/errors.ts';
import {
  type ChangeWebhook,
  type CreateWebhook,
  type SightingMoment,
  WEBHOOK_LIMITS,
  type Webhook,
} from '../../protocol/webhooks.ts';
import type { Vault } from '../../vault/vault.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';

const URL_SEAL = 'webhook-url';
const SECRET_SEAL = 'webhook-secret';
/** Creations take turns on it, so that the limit holds. */
const CREATE_LOCK = 7_031_997;

export type StoredWebhook = Omit<Webhook, 'waiting'>;
/** A webhook and the number that an event has taken of it. */
export type Numbered = { id: string; sequence: number };

export type WebhookStore = {
  list(): Promise<StoredWebhook[]>;
  /** @throws {FacewireError} `bad-state` when there are as many as may be */
  create(input: CreateWebhook & { by: string }): Promise<{ webhook: StoredWebhook; secret: string }>;
  change(id: string, input: ChangeWebhook & { by: string }): Promise<StoredWebhook | undefined>;
  remove(input: { id: string; by: string }): Promise<boolean>;
  /** Where and by which key its events are sent. */
  target(id: string): Promise<{ url: string; secret: string; enabled: boolean } | undefined>;
  /** Gives the event its number with each enabled webhook that wants it. */
  number(event: { about: 'known' | 'unknown'; moment: SightingMoment }): Promise<Numbered[]>;
  /** Gives one event a number with this webhook, enabled or not. */
  numberOne(id: string): Promise<number | undefined>;
  succeeded(id: string): Promise<void>;
  failed(id: string, reason: string): Promise<void>;
  isEnrolled(personId: string): Promise<boolean>;
};

type Row = {
  id: string;
  url: Uint8Array;
  about: Webhook['about'];
  moments: Webhook['moments'];
  enabled: boolean;
  sequence: number;
  created_at: Date;
  succeeded_at: Date | null;
  failed_at: Date | null;
  failure: string | null;
};
const COLUMNS = 'id, url, about, moments, enabled, sequence, created_at, succeeded_at, failed_at, failure';

/** Webhooks in the database; address and secret are sealed. */
export function createWebhookStore(dependencies: {
  database: Database;
  vault: Vault;
  audit: AuditStore;
}): WebhookStore {
  const { database, vault, audit } = dependencies;
  const sealText = (purpose: string, text: string) => vault.seal(purpose, Buffer.from(text));
  const openText = (purpose: string, sealed: Uint8Array) => vault.open(purpose, sealed).toString();
  const toWebhook = (row: Row): StoredWebhook => ({
    id: row.id,
    url: openText(URL_SEAL, row.url),
    about: row.about,
    moments: row.moments,
    enabled: row.enabled,
    createdAt: row.created_at.toISOString(),
    sequence: row.sequence,
    lastSuccessAt: row.succeeded_at?.toISOString() ?? null,
    lastFailure: row.failed_at && { at: row.failed_at.toISOString(), reason: row.failure ?? '' },
  });
  const refuseTooMany = async (tx: Queryable) => {
    await tx.query('select pg_advisory_xact_lock($1)', [CREATE_LOCK]);
    const [count] = await tx.query<{ count: number }>('select count(*)::int as count from webhooks');
    if ((count?.count ?? 0) < WEBHOOK_LIMITS.webhooks) return;
    throw new FacewireError(
      'bad-state',
      `There are ${WEBHOOK_LIMITS.webhooks} webhooks already, and no more are kept. Delete one that is not needed.`,
    );
  };

  return {
    async list() {
      const rows = await database.query<Row>(`select ${COLUMNS} from webhooks order by created_at, id`);
      return rows.map(toWebhook);
    },

    async create({ url, about, moments, enabled, by }) {
      const secret = `whsec_${randomBytes(32).toString('base64url')}`;
      const webhook = await database.transaction(async (tx) => {
        await refuseTooMany(tx);
        const [row] = await tx.query<Row>(
          `insert into webhooks (id, url, secret, about, moments, enabled) values ($1, $2, $3, $4, $5, $6)
           returning ${COLUMNS}`,
          [randomUUID(), sealText(URL_SEAL, url), sealText(SECRET_SEAL, secret), about, moments, enabled],
        );
        const created = toWebhook(row as Row);
        await audit.append({ actor: by, action: 'webhook.created', subject: created.id }, tx);
        return created;
      });
      return { webhook, secret };
    },

    async change(id, { url, about, moments, enabled, by }) {
      return database.transaction(async (tx) => {
        const [row] = await tx.query<Row>(
          `update webhooks set url = coalesce($2, url), about = coalesce($3, about),
             moments = coalesce($4, moments), enabled = coalesce($5, enabled)
           where id = $1 returning ${COLUMNS}`,
          [
            id,
            url === undefined ? null : sealText(URL_SEAL, url),
            about ?? null,
            moments ?? null,
            enabled ?? null,
          ],
        );
        if (!row) return undefined;
        await audit.append({ actor: by, action: 'webhook.changed', subject: id }, tx);
        return toWebhook(row);
      });
    },

    async remove({ id, by }) {
      return database.transaction(async (tx) => {
        const rows = await tx.query('delete from webhooks where id = $1 returning id', [id]);
        if (rows.length === 0) return false;
        await audit.append({ actor: by, action: 'webhook.deleted', subject: id }, tx);
        return true;
      });
    },

    async target(id) {
      const [row] = await database.query<{ url: Uint8Array; secret: Uint8Array; enabled: boolean }>(
        'select url, secret, enabled from webhooks where id = $1',
        [id],
      );
      return (
        row && {
          url: openText(URL_SEAL, row.url),
          secret: openText(SECRET_SEAL, row.secret),
          enabled: row.enabled,
        }
      );
    },

    number: ({ about, moment }) =>
      database.query<Numbered>(
        `update webhooks set sequence = sequence + 1 where enabled and $1 = any(about) and $2 = any(moments)
         returning id, sequence`,
        [about, moment],
      ),

    async numberOne(id) {
      const [row] = await database.query<Numbered>(
        'update webhooks set sequence = sequence + 1 where id = $1 returning id, sequence',
        [id],
      );
      return row?.sequence;
    },

    async succeeded(id) {
      await database.query('update webhooks set succeeded_at = now() where id = $1', [id]);
    },

    async failed(id, reason) {
      await database.query('update webhooks set failed_at = now(), failure = $2 where id = $1', [
        id,
        reason.slice(0, 500),
      ]);
    },

    async isEnrolled(personId) {
      return (await database.query('select 1 from people where id = $1', [personId])).length > 0;
    },
  };
}
