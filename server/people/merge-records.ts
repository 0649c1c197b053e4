import type { PersonMerge } from '../../protocol/people.ts';
import type { Queryable } from '../db/client.ts';

/** The merges that a person holds: those into them, and those into whoever was merged into them. */
const TREE = `with recursive tree as (
    select * from merges where survivor_id = $1
    union all select m.* from merges m join tree on m.survivor_id = tree.merged_id)`;

type Row = {
  id: string;
  merged_id: string;
  name: string;
  merged_at: Date;
  photos: number;
  sightings: number;
};

/** Who was merged into a person, latest first, with how much of theirs the person still has. */
export async function readMerges(queryable: Queryable, personId: string): Promise<PersonMerge[]> {
  const rows = await queryable.query<Row>(
    `${TREE} select tree.id, tree.merged_id, tree.name, tree.merged_at,
       (select count(*) from merge_templates x join templates t on t.id = x.template_id
         where x.merge_id = tree.id and t.person_id = $1) as photos,
       (select count(*) from merge_sightings x join sightings s on s.id = x.sighting_id
         where x.merge_id = tree.id and s.person_id = $1) as sightings
     from tree order by tree.merged_at desc, tree.id`,
    [personId],
  );
  return rows.map(({ id, merged_id, name, merged_at, photos, sightings }) => ({
    id,
    person: { id: merged_id, name },
    photos,
    sightings,
    mergedAt: merged_at.toISOString(),
  }));
}

/** With a person goes what is known of everybody who was merged into them: it is the same person. */
export async function eraseMerges(tx: Queryable, personId: string): Promise<void> {
  await tx.query(`${TREE} delete from merges where id in (select id from tree)`, [personId]);
}

/** Who has by now what came to `survivorId`: they may have been merged on. */
export async function holderOf(tx: Queryable, survivorId: string): Promise<string> {
  const [row] = await tx.query<{ holder: string }>(
    `with recursive way as (
       select $1::uuid as id
       union all select m.survivor_id from merges m join way on m.merged_id = way.id)
     select id as holder from way where not exists (select 1 from merges where merged_id = way.id)`,
    [survivorId],
  );
  return row?.holder ?? survivorId;
}
