import { setImmediate as breathe } from 'node:timers/promises';
import { sealPurposes } from '../../protocol/jobs.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Database } from '../db/client.ts';
import { embeddingFromBytes, meanTemplate } from '../people/template.ts';

const PAGE = 200;

export type EnrolledPhoto = { id: string; quality: number; embedding: Float32Array };
export type EnrolledPerson = { id: string; name: string; photos: EnrolledPhoto[]; template: Float32Array };

type Row = {
  id: string;
  name: string;
  photo: string;
  quality: number;
  embedding: Uint8Array;
};

/** What is enrolled, read for statistics: page by page, with time for others in between. */
export type EnrolledStore = {
  /** Everybody with templates of this model, in order of their ids. */
  read(model: string): Promise<EnrolledPerson[]>;
  /** A photo's aligned crop as JPEG. @returns `undefined` when the person or the photo is gone */
  crop(personId: string, photoId: string): Promise<Buffer | undefined>;
  /** A photo's embedding, L2-normalised. @returns `undefined` when the person or the photo is gone */
  template(personId: string, photoId: string): Promise<Float32Array | undefined>;
};

export function createEnrolledStore(dependencies: { database: Database; vault: Vault }): EnrolledStore {
  const { database, vault } = dependencies;

  const page = (model: string, after: string | undefined) =>
    database.query<Row>(
      `select p.id, p.name, t.id as photo, t.quality, t.embedding
       from (select id, name from people where $2::uuid is null or id > $2::uuid order by id limit $3) p
       join templates t on t.person_id = p.id and t.model = $1
       order by p.id, t.created_at, t.id`,
      [model, after ?? null, PAGE],
    );
  const lastOf = async (after: string | undefined) => {
    const rows = await database.query<{ id: string }>(
      'select id from people where $1::uuid is null or id > $1::uuid order by id limit $2',
      [after ?? null, PAGE],
    );
    return rows.at(-1)?.id;
  };
  const toPerson = (rows: Row[]): EnrolledPerson => {
    const photos = rows.map(({ photo, quality, embedding }) => ({
      id: photo,
      quality,
      embedding: embeddingFromBytes(vault.open(sealPurposes.template, embedding)),
    }));
    const { id, name } = rows[0] as Row;
    return { id, name, photos, template: meanTemplate(photos) };
  };

  return {
    async read(model) {
      const people: EnrolledPerson[] = [];
      let after: string | undefined;
      for (;;) {
        const [rows, last] = [await page(model, after), await lastOf(after)];
        for (const group of Map.groupBy(rows, ({ id }) => id).values()) people.push(toPerson(group));
        if (last === undefined) return people;
        after = last;
        await breathe();
      }
    },
    async crop(personId, photoId) {
      const [row] = await database.query<{ crop: Uint8Array }>(
        'select reference_crop as crop from templates where id = $1 and person_id = $2',
        [photoId, personId],
      );
      return row && vault.open(sealPurposes.reference, row.crop);
    },
    async template(personId, photoId) {
      const [row] = await database.query<{ embedding: Uint8Array }>(
        'select embedding from templates where id = $1 and person_id = $2',
        [photoId, personId],
      );
      return row && embeddingFromBytes(vault.open(sealPurposes.template, row.embedding));
    },
  };
}
