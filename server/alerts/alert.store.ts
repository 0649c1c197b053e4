import { randomUUID } from 'node:crypto';
import type { Alert } from '../../protocol/events.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';
import { readSightings } from '../sightings/sighting.store.ts';

/** Whoever was seen at a camera within this time is still there: a track that begins anew is no new appearance. */
const SAME_APPEARANCE_S = 60;

export type AlertStore = {
  /**
   * Raises the alert of a sighting whose person is on the watch list.
   * @returns `undefined` when they are not, or when this appearance of theirs has raised one
   */
  raise(sighting: string): Promise<Alert | undefined>;
  /** The first one counts. @returns `undefined` when there is no such alert; `changed`: whether it was this one */
  acknowledge(input: { id: string; by: string }): Promise<{ alert: Alert; changed: boolean } | undefined>;
  /** The sighting's open alert, as when it turns out to show somebody else. @returns it, if there is one */
  openOf(sighting: string): Promise<Alert | undefined>;
  /** Newest first. @param query.after where the page before ended, as `next` told */
  list(query: {
    state?: 'open' | 'acknowledged' | undefined;
    limit: number;
    after?: string | undefined;
  }): Promise<{ alerts: Alert[]; next?: string }>;
};

type Row = {
  id: string;
  sighting_id: string;
  note: string | null;
  raised_at: Date;
  raised_us: number;
  acknowledged_by: string | null;
  acknowledged_at: Date | null;
};

const SELECT = `select a.*, w.note, (extract(epoch from a.raised_at) * 1000000)::bigint as raised_us
  from alerts a join sightings s on s.id = a.sighting_id left join watched_people w on w.person_id = s.person_id`;

export function createAlertStore(dependencies: { database: Database; audit: AuditStore }): AlertStore {
  const { database, audit } = dependencies;

  const read = async (queryable: Queryable, where: string, value: string) => {
    const rows = await queryable.query<Row>(`${SELECT} where ${where} = $1`, [value]);
    return (await toAlerts(queryable, rows))[0];
  };

  return {
    raise: (sighting) =>
      database.transaction(async (tx) => {
        const id = randomUUID();
        const rows = await tx.query(
          `insert into alerts (id, sighting_id)
           select $1, s.id from sightings s join watched_people w on w.person_id = s.person_id
           where s.id = $2 and not exists (
             select 1 from sightings o where o.person_id = s.person_id and o.kiosk_id = s.kiosk_id and o.id <> s.id
               and o.began_at <= s.began_at and o.ended_at > s.began_at - $3 * interval '1 second'
               and exists (select 1 from alerts a join sightings x on x.id = a.sighting_id
                 where x.person_id = s.person_id and x.kiosk_id = s.kiosk_id and a.raised_at >= w.watched_at))
           on conflict do nothing returning id`,
          [id, sighting, SAME_APPEARANCE_S],
        );
        return rows.length > 0 ? read(tx, 'a.id', id) : undefined;
      }),

    acknowledge: ({ id, by }) =>
      database.transaction(async (tx) => {
        const rows = await tx.query(
          `update alerts set acknowledged_by = $2, acknowledged_at = now()
           where id = $1 and acknowledged_at is null returning id`,
          [id, by],
        );
        const changed = rows.length > 0;
        if (changed) await audit.append({ actor: by, action: 'alert.acknowledged', subject: id }, tx);
        const alert = await read(tx, 'a.id', id);
        return alert && { alert, changed };
      }),

    openOf: (sighting) => read(database, 'a.acknowledged_at is null and a.sighting_id', sighting),

    async list({ state, limit, after }) {
      const [microseconds, id] = after?.split('_') ?? [];
      const rows = await database.query<Row>(
        `${SELECT} where ($1::boolean is null or (a.acknowledged_at is null) = $1)
           and ($2::bigint is null
             or (a.raised_at, a.id) < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3::uuid))
         order by a.raised_at desc, a.id desc limit $4`,
        [
          state === undefined ? null : state === 'open',
          microseconds ? Number(microseconds) : null,
          id ?? null,
          limit + 1,
        ],
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        alerts: await toAlerts(database, page),
        ...(rows.length > limit && last ? { next: `${last.raised_us}_${last.id}` } : {}),
      };
    },
  };
}

async function toAlerts(queryable: Queryable, rows: readonly Row[]): Promise<Alert[]> {
  const sightings = await readSightings(
    queryable,
    rows.map((row) => row.sighting_id),
  );
  return rows.flatMap((row) => {
    const sighting = sightings.get(row.sighting_id);
    if (!sighting) return []; // It went meanwhile, and the alert with it.
    return {
      id: row.id,
      at: row.raised_at.toISOString(),
      note: row.note,
      sighting,
      acknowledged: row.acknowledged_at
        ? { by: row.acknowledged_by ?? '', at: row.acknowledged_at.toISOString() }
        : null,
    };
  });
}
