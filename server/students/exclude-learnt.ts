import type { RetirementReason } from '../../protocol/training-reasons.ts';
import type { Queryable } from '../db/client.ts';
import { retirementSentence } from './sentences.ts';

/** Why such a version is retired. */
export const ERASED: RetirementReason = { code: 'person-erased' };

/**
 * Versions that learnt from a person, or from whoever was merged into them, and those that were made of them, are not
 * promoted (again), and nothing is learnt from them; the files of those that do not serve go at once.
 * @returns those versions
 */
export async function excludeLearntFrom(
  tx: Queryable,
  personId: string,
): Promise<{ id: string; group: string; number: number; serves: boolean }[]> {
  const rows = await tx.query<{ id: string; group: string; number: number; serves: boolean }>(
    `with recursive ids as (
       select $1::uuid as id union select m.merged_id from merges m join ids on m.survivor_id = ids.id)
     update student_versions v set excluded_at = coalesce(excluded_at, now()),
       state = case when state = 'promoted' then 'promoted' else 'retired' end,
       retired_at = case when state = 'promoted' then null else coalesce(retired_at, now()) end,
       retired_by = case when state in ('candidate', 'shadow') then 'server' else retired_by end,
       retired_because = case when state in ('candidate', 'shadow') then $2 else retired_because end,
       retired_reason = case when state in ('candidate', 'shadow') then $3::jsonb else retired_reason end
     from student_groups g where g.id = v.group_id
       and v.id in (select version_id from student_version_people where person_id in (select id from ids))
     returning v.id, g.name as "group", v.number, v.state = 'promoted' as serves`,
    [personId, retirementSentence(ERASED), JSON.stringify(ERASED)],
  );
  await tx.query(
    `delete from student_files where version_id in (select id from student_versions
       where excluded_at is not null and state <> 'promoted')`,
  );
  return rows;
}
