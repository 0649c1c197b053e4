import { ENOUGH_PHOTOS, type PeopleQuery, type PeopleResponse } from '../../protocol/rest.ts';
import type { Queryable } from '../db/client.ts';
import { type ListedRow, SELECT_LISTED, toListed } from './person-rows.ts';

/** What is looked for; what is left out is as in the schema of the query. */
export type PeopleSearch = Pick<PeopleQuery, 'limit' | 'offset'> & Partial<PeopleQuery>;

/** For each order: what it needs of other tables, once for everybody, and the order itself. Ties go by id. */
const ORDERS: Readonly<Record<PeopleQuery['sort'], { join: string; by: string }>> = {
  name: { join: '', by: 'lower(p.name)' },
  newest: { join: '', by: 'p.created_at desc' },
  'last-seen': {
    join: `left join (select person_id, max(ended_at) as at from sightings where person_id is not null
             group by person_id) seen on seen.person_id = p.id`,
    by: 'seen.at desc nulls last',
  },
  weakest: {
    join: `left join (select person_id, avg(quality) * least(count(*), ${ENOUGH_PHOTOS}) as strength
             from templates group by person_id) kept on kept.person_id = p.id`,
    by: 'kept.strength nulls first',
  },
};

const LACKS: Readonly<Record<NonNullable<PeopleQuery['lacks']>, string>> = {
  consent: 'p.consent is not true',
  photos: `(select count(*) from templates t where t.person_id = p.id) < ${ENOUGH_PHOTOS}`,
};

/**
 * A page of the people who match: `q` finds part of a name, or an external id. What a row shows is read for the
 * page alone, so a gallery of ten thousand costs little more than its sort.
 */
export async function listPeople(queryable: Queryable, search: PeopleSearch): Promise<PeopleResponse> {
  const { q, limit, offset, sort = 'name', hidden = 'exclude', lacks } = search;
  const match = q ? [`%${q.replace(/[\\%_]/g, '\\$&')}%`, q] : [];
  const found = [
    q ? `(p.name ilike $1 escape '\\' or p.external_id = $2)` : 'true',
    lacks ? LACKS[lacks] : 'true',
  ].join(' and ');
  // Whoever is asked for by an external id is wanted, hidden or not.
  const shown = {
    exclude: `(not p.hidden${q ? ' or p.external_id = $2' : ''})`,
    include: 'true',
    only: 'p.hidden',
  };
  const [counted] = await queryable.query<{ total: number; hidden_too: number }>(
    `select count(*) filter (where ${shown[hidden]}) as total,
       count(*) filter (where p.hidden and not ${shown[hidden]}) as hidden_too
     from people p where ${found}`,
    match,
  );
  const { join, by } = ORDERS[sort];
  const rows = await queryable.query<ListedRow>(
    `${SELECT_LISTED} from (
       select p.*, row_number() over (order by ${by}, p.id) as place from people p ${join}
       where ${found} and ${shown[hidden]} order by place limit $${match.length + 1} offset $${match.length + 2}
     ) p order by p.place`,
    [...match, limit, offset],
  );
  return { people: rows.map(toListed), total: counted?.total ?? 0, hiddenToo: counted?.hidden_too ?? 0 };
}
