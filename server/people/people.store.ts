import { randomUUID } from 'node:crypto';
import type { QualityMeasures } from '../../models/quality.ts';
import { FacewireError } from '../../protocol/errors.ts';
import { type GalleryRecord, sealPurposes } from '../../protocol/jobs.ts';
import type { ErasurePreview, PeopleResponse, Person } from '../../protocol/rest.ts';
import type { Vault } from '../../vault/vault.ts';
import { CONFIRMATIONS_OF, eraseConfirmations } from '../confirmations/confirmation.store.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { type Database, isUniqueViolation, type Queryable } from '../db/client.ts';
import { excludeLearntFrom } from '../students/exclude-learnt.ts';
import { appendGalleryLog } from './gallery-log.store.ts';
import { eraseMerges, readMerges } from './merge-records.ts';
import { listPeople, type PeopleSearch } from './people-list.ts';
import { onePerson, readPerson } from './person-rows.ts';
import { embeddingFromBytes, embeddingToBytes, meanTemplate, type WeightedEmbedding } from './template.ts';

export type NewTemplate = {
  /** Made up where absent. */
  id?: string;
  model: string;
  /** L2-normalised. */
  embedding: Float32Array;
  /** The aligned crop as JPEG, kept so that another model can embed it. */
  referenceCrop: Uint8Array;
  quality: number;
  /** What the quality is made of, where it is known. */
  measures?: QualityMeasures;
};

export type StoredTemplate = WeightedEmbedding & { model: string };

type NewPerson = {
  name: string;
  externalId?: string | undefined;
  consent?: boolean | undefined;
  /** Of an import: see {@link PeopleStore.findImported}. */
  importKey?: string | undefined;
  templates: readonly NewTemplate[];
  /** Subject of the principal who enrols. */
  by: string;
};

/** By what an import tells one person from all others. */
export type ImportIdentity = { key: string; externalId?: string | undefined };

type Erased = {
  name: string;
  templates: number;
  referenceCrops: number;
  sightings: number;
  confirmations: number;
  studentVersions: { id: string; group: string; number: number; serves: boolean }[];
  galleryVersion: number;
};

export type PeopleStore = {
  /** Stores person, templates and the gallery's change at once. @throws {FacewireError} `conflict` */
  create(person: NewPerson): Promise<Person>;
  /**
   * Adds templates to a person, with the gallery's change. `choose` is shown what is stored, which nobody else changes
   * meanwhile, and gives what to add; when it throws, nothing is stored.
   * @returns `undefined` when there is no such person
   */
  addTemplates(input: {
    id: string;
    by: string;
    choose: (stored: StoredTemplate[]) => readonly NewTemplate[];
  }): Promise<Person | undefined>;
  get(id: string): Promise<Person | undefined>;
  findByExternalId(externalId: string): Promise<Person | undefined>;
  /** Who came by an import under one of these keys, or has one of these external ids. */
  findImported(people: readonly ImportIdentity[]): Promise<{ key: string; id: string; name: string }[]>;
  list(query: PeopleSearch): Promise<PeopleResponse>;
  count(): Promise<number>;
  /** What erasing would delete. @returns `undefined` when there is no such person */
  erasurePreview(id: string): Promise<ErasurePreview | undefined>;
  /** Deletes the person and everything kept of their face. @returns `undefined` when there is no such person */
  erase(input: { id: string; by: string }): Promise<Erased | undefined>;
  /** What workers are to know of these people, by the model that serves; who is gone, or has none by it, is left out. */
  galleryRecords(ids: readonly string[]): Promise<GalleryRecord[]>;
  /** Everybody's id in order, page by page. */
  idsAfter(id: string | undefined, limit: number): Promise<string[]>;
};

export function createPeopleStore(dependencies: {
  database: Database;
  audit: AuditStore;
  vault: Vault;
}): PeopleStore {
  const { database, audit, vault } = dependencies;

  const insertTemplates = async (tx: Queryable, id: string, templates: readonly NewTemplate[]) => {
    const rows = templates.map(({ id: template = randomUUID(), ...rest }) => ({ template, ...rest }));
    for (const { template, model, embedding, referenceCrop, quality, measures } of rows) {
      await tx.query(
        `insert into templates (id, person_id, model, embedding, reference_crop, quality, measures)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          template,
          id,
          model,
          vault.seal(sealPurposes.template, embeddingToBytes(embedding)),
          vault.seal(sealPurposes.reference, referenceCrop),
          Math.max(0, Math.min(1, quality)),
          measures ? JSON.stringify(measures) : null,
        ],
      );
    }
  };

  const openEmbedding = (sealed: Uint8Array) => embeddingFromBytes(vault.open(sealPurposes.template, sealed));

  return {
    async create({ name, externalId, consent, importKey, templates, by }) {
      const id = randomUUID();
      try {
        return await database.transaction(async (tx) => {
          await tx.query('insert into people (id, name, external_id, consent) values ($1, $2, $3, $4)', [
            id,
            name,
            externalId ?? null,
            consent ?? null,
          ]);
          await insertTemplates(tx, id, templates);
          if (importKey) {
            await tx.query('insert into import_keys (key, person_id) values ($1, $2)', [importKey, id]);
          }
          const detail = { templates: templates.length, ...(importKey ? { import: true } : {}) };
          await audit.append({ actor: by, action: 'person.enrolled', subject: id, detail }, tx);
          await appendGalleryLog(tx, { op: 'upsert', personId: id });
          return (await readPerson(tx, id)) as Person;
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw externalIdTaken(externalId ?? importKey ?? '');
        throw error;
      }
    },

    addTemplates: ({ id, by, choose }) =>
      database.transaction(async (tx) => {
        const [person] = await tx.query('select 1 from people where id = $1 for update', [id]);
        if (!person) return undefined;
        const stored = await tx.query<{ model: string; embedding: Uint8Array; quality: number }>(
          'select model, embedding, quality from templates where person_id = $1',
          [id],
        );
        const templates = choose(stored.map((row) => ({ ...row, embedding: openEmbedding(row.embedding) })));
        await insertTemplates(tx, id, templates);
        await tx.query('update people set updated_at = now() where id = $1', [id]);
        await audit.append(
          { actor: by, action: 'person.photos-added', subject: id, detail: { templates: templates.length } },
          tx,
        );
        await appendGalleryLog(tx, { op: 'upsert', personId: id });
        return readPerson(tx, id);
      }),

    get: (id) => readPerson(database, id),
    findByExternalId: (externalId) => onePerson('p.external_id', externalId, database),

    findImported: (identities) =>
      database.query<{ key: string; id: string; name: string }>(
        `select distinct on (asked.key) asked.key, p.id, p.name
         from unnest($1::text[], $2::text[]) as asked (key, external_id)
         left join import_keys k on k.key = asked.key
         join people p on p.id = k.person_id or p.external_id = asked.external_id
         order by asked.key, p.id = k.person_id desc nulls last`,
        [identities.map(({ key }) => key), identities.map(({ externalId }) => externalId ?? null)],
      ),

    list: (query) => listPeople(database, query),

    async count() {
      const [row] = await database.query<{ count: number }>('select count(*) as count from people');
      return row?.count ?? 0;
    },

    async erasurePreview(id) {
      if (!(await readPerson(database, id))) return undefined;
      const [row] = await database.query<Omit<ErasurePreview, 'merges'>>(
        `select (select count(*) from templates where person_id = $1) as templates,
           (select count(*) from templates where person_id = $1) as "referenceCrops",
           (select count(*) from sightings where person_id = $1) as sightings,
           (select count(*) from confirmations where ${CONFIRMATIONS_OF}) as confirmations`,
        [id],
      );
      return row && { ...row, merges: (await readMerges(database, id)).length };
    },

    erase: ({ id, by }) =>
      database.transaction(async (tx) => {
        const [person] = await tx.query<{ name: string }>(
          'select name from people where id = $1 for update',
          [id],
        );
        if (!person) return undefined;
        const removed = await tx.query('delete from templates where person_id = $1 returning id', [id]);
        const confirmations = await eraseConfirmations(tx, id);
        const seen = await tx.query('delete from sightings where person_id = $1 returning id', [id]);
        // Before the merges go: versions may have learnt from the person under an id that was merged into this one.
        const studentVersions = await excludeLearntFrom(tx, id);
        await eraseMerges(tx, id);
        await tx.query('delete from people where id = $1', [id]);
        const detail = {
          templates: removed.length,
          sightings: seen.length,
          confirmations,
          studentVersions: studentVersions.length,
        };
        await audit.append({ actor: by, action: 'person.erased', subject: id, detail }, tx);
        const galleryVersion = await appendGalleryLog(tx, { op: 'remove', personId: id });
        // Each template row held one embedding and one reference crop.
        return {
          name: person.name,
          templates: removed.length,
          referenceCrops: removed.length,
          sightings: seen.length,
          confirmations,
          studentVersions,
          galleryVersion,
        };
      }),

    async galleryRecords(ids) {
      const rows = await database.query<{
        id: string;
        name: string;
        model: string;
        embedding: Uint8Array;
        quality: number;
      }>(
        `select p.id, p.name, t.model, t.embedding, t.quality from people p join templates t on t.person_id = p.id
         where p.id = any($1::uuid[])
           and t.model = coalesce((select value from settings where name = 'serving_model'),
             (select model from templates n where n.person_id = p.id order by n.created_at desc limit 1))
         order by t.created_at, t.id`,
        [ids],
      );
      return [...Map.groupBy(rows, (row) => row.id).values()].map((group) => {
        const { id, name, model } = group[0] as (typeof group)[number];
        const template = meanTemplate(
          group.map(({ embedding, quality }) => ({
            embedding: openEmbedding(embedding),
            quality,
          })),
        );
        return { personId: id, name, model, template: embeddingToBytes(template).toString('base64') };
      });
    },

    async idsAfter(id, limit) {
      const rows = await database.query<{ id: string }>(
        'select id from people where $1::uuid is null or id > $1::uuid order by id limit $2',
        [id ?? null, limit],
      );
      return rows.map((row) => row.id);
    },
  };
}

export function externalIdTaken(externalId: string): FacewireError {
  return new FacewireError(
    'conflict',
    `A person with externalId "${externalId}" is enrolled already. Find them by GET /people?q=…; ` +
      'delete them to enrol anew, or use another externalId.',
  );
}
