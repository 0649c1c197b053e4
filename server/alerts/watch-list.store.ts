import type { Watch } from '../../protocol/alerts.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';
import { lockPeople } from '../people/person-lock.ts';

type WatchRow = { note: string | null; watched_by: string; watched_at: Date };

export type WatchListStore = {
  /** @returns `undefined` when there is no such person */
  set(input: { person: string; note: string | null; by: string }): Promise<Watch | undefined>;
  /** @returns false when there is no such person; who was not on the list is not on it all the same */
  remove(input: { person: string; by: string }): Promise<boolean>;
  list(): Promise<{ id: string; name: string; watch: Watch }[]>;
};

/** Whose appearance raises an alert. */
export function createWatchListStore(dependencies: {
  database: Database;
  audit: AuditStore;
}): WatchListStore {
  const { database, audit } = dependencies;
  return {
    set: ({ person, note, by }) =>
      database.transaction(async (tx) => {
        if ((await lockPeople(tx, [person])).length === 0) return undefined;
        await tx.query(
          `insert into watched_people (person_id, note, watched_by) values ($1, $2, $3)
           on conflict (person_id) do update set note = excluded.note`,
          [person, note || null, by],
        );
        await audit.append({ actor: by, action: 'person.watched', subject: person }, tx);
        return readWatch(tx, person);
      }),

    remove: ({ person, by }) =>
      database.transaction(async (tx) => {
        if ((await lockPeople(tx, [person])).length === 0) return false;
        const rows = await tx.query('delete from watched_people where person_id = $1 returning person_id', [
          person,
        ]);
        if (rows.length > 0)
          await audit.append({ actor: by, action: 'person.unwatched', subject: person }, tx);
        return true;
      }),

    async list() {
      const rows = await database.query<WatchRow & { id: string; name: string }>(
        `select p.id, p.name, w.note, w.watched_by, w.watched_at
         from watched_people w join people p on p.id = w.person_id order by lower(p.name), p.id`,
      );
      return rows.map((row) => ({ id: row.id, name: row.name, watch: toWatch(row) }));
    },
  };
}

/** How a person is watched; `undefined` when they are not. */
export async function readWatch(queryable: Queryable, person: string): Promise<Watch | undefined> {
  const [row] = await queryable.query<WatchRow>(
    'select note, watched_by, watched_at from watched_people where person_id = $1',
    [person],
  );
  return row && toWatch(row);
}

/** Within a merge: whoever becomes one with somebody watched is watched; the merge remembers how it was. */
export async function mergeWatch(tx: Queryable, mergeId: string, merged: string, survivor: string) {
  await tx.query(
    `update merges m set watch_note = w.note, watched_by = w.watched_by, watched_at = w.watched_at,
       made_watched = not exists (select 1 from watched_people where person_id = $3)
     from watched_people w where m.id = $1 and w.person_id = $2`,
    [mergeId, merged, survivor],
  );
  await tx.query(
    `insert into watched_people (person_id, note, watched_by, watched_at)
     select $2, note, watched_by, watched_at from watched_people where person_id = $1 on conflict do nothing`,
    [merged, survivor],
  );
}

/** Within the undoing of a merge, before it is deleted: both are watched as they were. */
export async function partWatch(tx: Queryable, mergeId: string, holder: string) {
  await tx.query(
    `insert into watched_people (person_id, note, watched_by, watched_at)
     select merged_id, watch_note, watched_by, watched_at from merges where id = $1 and watched_by is not null`,
    [mergeId],
  );
  await tx.query(
    `delete from watched_people where person_id = $2
       and exists (select 1 from merges where id = $1 and made_watched)`,
    [mergeId, holder],
  );
}

function toWatch({ note, watched_by, watched_at }: WatchRow): Watch {
  return { note, by: watched_by, at: watched_at.toISOString() };
}
