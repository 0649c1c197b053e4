import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type KioskIdentity, type KioskPolicy, STRICTEST_POLICY } from '../../protocol/kiosks.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';

export type Kiosk = KioskIdentity & {
  /** ISO 8601 */
  createdAt: string;
};

type Row = { id: string; name: string; place: string; video: boolean; training: boolean; created_at: Date };
const COLUMNS = 'id, name, place, video, training, created_at';

type Events = { created: [Kiosk]; changed: [Kiosk]; revoked: [{ id: string }] };

/** The kiosks that may connect. Its events tell the live layer, which tells consoles and the kiosk, or cuts it off. */
export class KioskStore extends EventEmitter<Events> {
  readonly #database: Database;
  readonly #audit: AuditStore;

  constructor(dependencies: { database: Database; audit: AuditStore }) {
    super();
    this.#database = dependencies.database;
    this.#audit = dependencies.audit;
  }

  /**
   * @param options.by subject of the principal who does it
   * @param options.within run in the same transaction: what it throws undoes the kiosk
   */
  async create(options: {
    name: string;
    place: string;
    policy?: KioskPolicy;
    by: string;
    within?: (kioskId: string, tx: Queryable) => Promise<void>;
  }): Promise<Kiosk> {
    const { name, place, policy = STRICTEST_POLICY, by, within } = options;
    const kiosk = await this.#database.transaction(async (tx) => {
      const rows = await tx.query<Row>(
        `insert into kiosks (id, name, place, video, training) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
        [randomUUID(), name, place, policy.video, policy.training],
      );
      const created = toKiosk(rows[0] as Row);
      const detail = { ...policy };
      await this.#audit.append({ actor: by, action: 'kiosk.created', subject: created.id, detail }, tx);
      await within?.(created.id, tx);
      return created;
    });
    this.emit('created', kiosk);
    return kiosk;
  }

  /** What is not given stays. @returns `undefined` when there is none, or it was revoked */
  async change(options: {
    id: string;
    name?: string | undefined;
    place?: string | undefined;
    policy?: { video?: boolean | undefined; training?: boolean | undefined } | undefined;
    by: string;
  }): Promise<Kiosk | undefined> {
    const { id, name, place, policy, by } = options;
    const kiosk = await this.#database.transaction(async (tx) => {
      const [row] = await tx.query<Row>(
        `update kiosks set name = coalesce($2, name), place = coalesce($3, place), video = coalesce($4, video),
           training = coalesce($5, training)
         where id = $1 and revoked_at is null returning ${COLUMNS}`,
        [id, name ?? null, place ?? null, policy?.video ?? null, policy?.training ?? null],
      );
      if (!row) return undefined;
      const detail = Object.fromEntries(
        Object.entries({ name, place, video: policy?.video, training: policy?.training }).flatMap(
          ([key, value]) => (value === undefined ? [] : [[key, value]]),
        ),
      );
      await this.#audit.append({ actor: by, action: 'kiosk.changed', subject: id, detail }, tx);
      return toKiosk(row);
    });
    if (kiosk) this.emit('changed', kiosk);
    return kiosk;
  }

  /** Oldest first, without the revoked ones. */
  async list(): Promise<Kiosk[]> {
    const rows = await this.#database.query<Row>(
      `select ${COLUMNS} from kiosks where revoked_at is null order by created_at, id`,
    );
    return rows.map(toKiosk);
  }

  /** Ids of the latest thousand that were revoked. */
  async listRevoked(): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      'select id from kiosks where revoked_at is not null order by revoked_at desc limit 1000',
    );
    return rows.map(({ id }) => id);
  }

  /** @returns `undefined` when there is none, or it was revoked */
  async get(id: string): Promise<Kiosk | undefined> {
    const [row] = await this.#database.query<Row>(
      `select ${COLUMNS} from kiosks where id = $1 and revoked_at is null`,
      [id],
    );
    return row && toKiosk(row);
  }

  /** From here on no session and no code of the kiosk is accepted. @returns false when there is none */
  async revoke({ id, by }: { id: string; by: string }): Promise<boolean> {
    const revoked = await this.#database.transaction(async (tx) => {
      const rows = await tx.query(
        'update kiosks set revoked_at = now() where id = $1 and revoked_at is null returning id',
        [id],
      );
      if (rows.length === 0) return false;
      await tx.query('delete from login_codes where kiosk_id = $1', [id]);
      await this.#audit.append({ actor: by, action: 'kiosk.revoked', subject: id }, tx);
      return true;
    });
    if (revoked) this.emit('revoked', { id });
    return revoked;
  }
}

/** The part that consoles and the kiosk's page are told. */
export function identityOf({ id, name, place, policy }: Kiosk): KioskIdentity {
  return { id, name, place, policy };
}

function toKiosk(row: Row): Kiosk {
  const { id, name, place, video, training, created_at } = row;
  return { id, name, place, policy: { video, training }, createdAt: created_at.toISOString() };
}
