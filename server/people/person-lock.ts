import type { Queryable } from '../db/client.ts';

/** What a change of people gives, with what live labels are to be told. */
export type Told<T> = T & {
  /** People whose name or photos are not as they were: labels of theirs are looked at anew. */
  changed: readonly string[];
  /** From this version on the workers know of it. */
  galleryVersion: number;
};

/** Keeps others from changing these people until the commit; always in one order, so that nobody waits in a ring. */
export async function lockPeople(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from people where id = any($1::uuid[]) order by id for update',
    [ids],
  );
  return rows.map(({ id }) => id);
}
