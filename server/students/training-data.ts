import { setImmediate as breathe } from 'node:timers/promises';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Database } from '../db/client.ts';
import { embeddingFromBytes, meanTemplate } from '../people/template.ts';
import type { TrainingPerson } from './division.ts';

/** People of one run, drawn anew each time where there are more. */
const MOST_PEOPLE = 600;
const PHOTOS_PER_PERSON = 6;
/** Of each camera, the newest confirmed crops. They are the sightings' own, so they age and are erased with them. */
const MOST_PER_CAMERA = 500;

/** What there is to learn from, as a few numbers: whether a run is worth while hangs on them. */
export type DataCount = { people: number; photos: number; confirmed: number };

export type TrainingData = {
  count(input: { model: string; cameras: readonly string[] }): Promise<DataCount>;
  read(input: { model: string; cameras: readonly string[] }): Promise<TrainingPerson[]>;
  /** How many of these people are still enrolled. */
  enrolled(people: readonly string[]): Promise<number>;
};

const CONFIRMED = `from (
  select s.id, s.crop, c.person_id, row_number() over (partition by s.kiosk_id order by s.began_at desc) as place
  from confirmations c join sightings s on s.id = c.sighting_id
  where c.taken_back_at is null and c.person_id is not null and s.crop is not null and s.kiosk_id = any($1::uuid[])
) newest where place <= ${MOST_PER_CAMERA}`;

/** Reads enrolment and confirmed sightings; nothing is kept of it here. */
export function createTrainingData(dependencies: { database: Database; vault: Vault }): TrainingData {
  const { database, vault } = dependencies;
  return {
    async count({ model, cameras }) {
      const [enrolled] = await database.query<{ people: number; photos: number }>(
        'select count(distinct person_id)::int as people, count(*)::int as photos from templates where model = $1',
        [model],
      );
      const [confirmed] = await database.query<{ count: number }>(
        `select count(*)::int as count ${CONFIRMED}`,
        [cameras],
      );
      return {
        people: enrolled?.people ?? 0,
        photos: enrolled?.photos ?? 0,
        confirmed: confirmed?.count ?? 0,
      };
    },
    async read({ model, cameras }) {
      const drawn = await database.query<{ person_id: string }>(
        'select person_id from templates where model = $1 group by person_id order by random() limit $2',
        [model, MOST_PEOPLE],
      );
      const confirmed = await database.query<{ id: string; person_id: string }>(
        `select id, person_id ${CONFIRMED}`,
        [cameras],
      );
      const ids = new Set([...confirmed, ...drawn].map(({ person_id }) => person_id).slice(0, MOST_PEOPLE));
      const people: TrainingPerson[] = [];
      for (const id of ids) {
        const rows = await database.query<{ embedding: Uint8Array; crop: Uint8Array; quality: number }>(
          `select embedding, reference_crop as crop, quality from templates where person_id = $1 and model = $2
           order by quality desc, id limit $3`,
          [id, model, PHOTOS_PER_PERSON],
        );
        const seen: Uint8Array[] = [];
        for (const { id: sighting } of confirmed.filter(({ person_id }) => person_id === id)) {
          const [row] = await database.query<{ crop: Uint8Array }>(
            'select crop from sightings where id = $1 and person_id = $2 and crop is not null',
            [sighting, id],
          );
          if (row) seen.push(vault.open(sealPurposes.sighting, row.crop));
        }
        const photos = rows.map(({ embedding, crop, quality }) => ({
          embedding: embeddingFromBytes(vault.open(sealPurposes.template, embedding)),
          crop: vault.open(sealPurposes.reference, crop),
          quality,
        }));
        if (photos.length > 0) people.push({ id, photos, template: meanTemplate(photos), seen });
        await breathe();
      }
      return people;
    },
    async enrolled(people) {
      const [row] = await database.query<{ count: number }>(
        'select count(*)::int as count from people where id = any($1::uuid[])',
        [people],
      );
      return row?.count ?? 0;
    },
  };
}
