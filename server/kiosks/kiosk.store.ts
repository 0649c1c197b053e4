import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database } from '../db/client.ts';

export type Kiosk = {
  id: string;
  name: string;
  place: string;
  /** ISO 8601 */
  createdAt: string;
};

type Row = { id: string; name: string; place: string; created_at: Date };
const COLUMNS = 'id, name, place, created_at';

/** The kiosks that may connect. `created` and `revoked` tell the live layer, so that it can cut the session. */
export class KioskStore extends EventEmitter<{ created: [Kiosk]; revoked: [{ id: string }] }> {
  readonly #database: Database;
  readonly #audit: AuditStore;

  constructor(dependencies: { database: Database; audit: AuditStore }) {
    super();
    this.#database = dependencies.database;
    this.#audit = dependencies.audit;
  }

  /** @param by subject of the principal who does it */
  async create({ name, place, by }: { name: string; place: string; by: string }): Promise<Kiosk> {
    const kiosk = await this.#database.transaction(async (tx) => {
      const rows = await tx.query<Row>(
        `insert into kiosks (id, name, place) values ($1, $2, $3) returning ${COLUMNS}`,
        [randomUUID(), name, place],
      );
      const created = toKiosk(rows[0] as Row);
      await this.#audit.append({ actor: by, action: 'kiosk.created', subject: created.id }, tx);
      return created;
    });
    this.emit('created', kiosk);
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

function toKiosk(row: Row): Kiosk {
  return { id: row.id, name: row.name, place: row.place, createdAt: row.created_at.toISOString() };
}
