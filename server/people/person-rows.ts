import { ENOUGH_PHOTOS, type ListedPerson, type Person } from '../../protocol/rest.ts';
import type { Queryable } from '../db/client.ts';

type PersonRow = {
  id: string;
  name: string;
  external_id: string | null;
  consent: boolean | null;
  hidden: boolean;
  templates: number;
  created_at: Date;
  updated_at: Date;
};

const SELECT_PERSON = `select p.id, p.name, p.external_id, p.consent, p.hidden, p.created_at, p.updated_at,
  (select count(*) from templates t where t.person_id = p.id) as templates`;

export type ListedRow = PersonRow & {
  best_photo: string | null;
  last_seen: Date | null;
  mean: number | null;
  weakest: number | null;
};

export const SELECT_LISTED = `${SELECT_PERSON},
  (select t.id from templates t where t.person_id = p.id order by t.quality desc, t.id limit 1) as best_photo,
  (select s.ended_at from sightings s where s.person_id = p.id order by s.began_at desc limit 1) as last_seen,
  (select avg(t.quality)::float8 from templates t where t.person_id = p.id) as mean,
  (select min(t.quality)::float8 from templates t where t.person_id = p.id) as weakest`;

/** A person as they are within a transaction. */
export async function readPerson(queryable: Queryable, id: string): Promise<Person | undefined> {
  return onePerson('p.id', id, queryable);
}

/** The same with the best photo and the latest sighting. */
export async function readListed(queryable: Queryable, id: string): Promise<ListedPerson | undefined> {
  const [row] = await queryable.query<ListedRow>(`${SELECT_LISTED} from people p where p.id = $1`, [id]);
  return row && toListed(row);
}

/** @param where a column, written here and never by anybody else */
export async function onePerson(
  where: 'p.id' | 'p.external_id',
  value: string,
  queryable: Queryable,
): Promise<Person | undefined> {
  const [row] = await queryable.query<PersonRow>(`${SELECT_PERSON} from people p where ${where} = $1`, [
    value,
  ]);
  return row && toPerson(row);
}

function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    externalId: row.external_id,
    consent: row.consent,
    hidden: row.hidden,
    templates: row.templates,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function toListed(row: ListedRow): ListedPerson {
  return {
    ...toPerson(row),
    bestPhoto: row.best_photo,
    lastSeen: row.last_seen?.toISOString() ?? null,
    quality: qualityOf(row),
  };
}

function qualityOf({ mean, weakest, templates }: ListedRow): ListedPerson['quality'] {
  if (mean === null || weakest === null) return null;
  return { mean, weakest, strength: (mean * Math.min(templates, ENOUGH_PHOTOS)) / ENOUGH_PHOTOS };
}
