import { randomUUID } from 'node:crypto';
import { weaknessOf } from '../../models/quality.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { PersonChange, PersonDetails, PersonHistory, PersonPhoto } from '../../protocol/people.ts';
import { LIMITS, type Person, qualitySchema } from '../../protocol/rest.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { type Database, isUniqueViolation, type Queryable } from '../db/client.ts';
import { appendGalleryLog } from './gallery-log.store.ts';
import { readMerges } from './merge-records.ts';
import { readPersonHistory } from './person-history.ts';
import { lockPeople, type Told } from './person-lock.ts';
import { readListed, readPerson } from './person-rows.ts';

type OnePhoto = { id: string; photo: string; by: string };

/** One person: what is kept of them, and single changes of it. Each gives `undefined` when there is no such person. */
export type PersonChangesStore = {
  details(id: string): Promise<PersonDetails | undefined>;
  history(id: string): Promise<PersonHistory | undefined>;
  /** @throws {FacewireError} `conflict` when the external id is somebody else's */
  change(input: {
    id: string;
    changes: PersonChange;
    by: string;
  }): Promise<Told<{ person: Person }> | undefined>;
  /** Deletes a photo and its template. @throws {FacewireError} `not-found`; `bad-state` for the last one */
  removePhoto(input: OnePhoto): Promise<Told<{ person: Person }> | undefined>;
  /**
   * Gives a photo to another person, or to a new one.
   * @throws {FacewireError} `not-found`; `bad-state` for the last one, and when the other has no room
   */
  movePhoto(
    input: OnePhoto & { to: string | { name: string } },
  ): Promise<Told<{ from: Person; to: Person }> | undefined>;
};

type PhotoRow = { id: string; quality: number; model: string; created_at: Date; measures: unknown };

export function createPersonChangesStore(dependencies: {
  database: Database;
  audit: AuditStore;
}): PersonChangesStore {
  const { database, audit } = dependencies;

  const touch = (tx: Queryable, ids: readonly string[]) =>
    tx.query('update people set updated_at = now() where id = any($1::uuid[])', [ids]);

  /** @throws {FacewireError} unless it is this person's, and not the last */
  const requireSpare = async (tx: Queryable, id: string, photo: string, instead: string) => {
    const rows = await tx.query<{ id: string }>('select id from templates where person_id = $1', [id]);
    if (!rows.some((row) => row.id === photo)) {
      throw new FacewireError(
        'not-found',
        'This person has no such photo; it may have been moved or deleted.',
      );
    }
    if (rows.length > 1) return;
    throw new FacewireError(
      'bad-state',
      `It is the person’s last photo, and nobody is kept without one. ${instead}`,
    );
  };

  const requireRoom = async (tx: Queryable, id: string) => {
    const person = (await readPerson(tx, id)) as Person;
    if (person.templates < LIMITS.templatesPerPerson) return;
    throw new FacewireError(
      'bad-state',
      `${person.name} has ${person.templates} photos, which is the most a person has. Delete one of them first.`,
    );
  };

  return {
    async details(id) {
      const person = await readListed(database, id);
      return (
        person && {
          ...person,
          photos: await readPhotos(database, id),
          merges: await readMerges(database, id),
        }
      );
    },

    history: (id) => readPersonHistory(database, id),

    async change({ id, changes, by }) {
      const { name, externalId, consent, hidden } = changes;
      try {
        return await database.transaction(async (tx) => {
          if ((await lockPeople(tx, [id])).length === 0) return undefined;
          const before = (await readPerson(tx, id)) as Person;
          await tx.query(
            `update people set name = $2, external_id = $3, consent = $4, hidden = $5, updated_at = now() where id = $1`,
            [
              id,
              name ?? before.name,
              externalId === undefined ? before.externalId : externalId,
              consent === undefined ? before.consent : consent,
              hidden ?? before.hidden,
            ],
          );
          const detail = {
            fields: Object.keys(changes).sort().join(' '),
            ...(hidden === undefined ? {} : { hidden }),
          };
          await audit.append({ actor: by, action: 'person.changed', subject: id, detail }, tx);
          const renamed = name !== undefined && name !== before.name;
          const galleryVersion = renamed ? await appendGalleryLog(tx, { op: 'upsert', personId: id }) : 0;
          const person = (await readPerson(tx, id)) as Person;
          return { person, changed: renamed ? [id] : [], galleryVersion };
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw externalIdOfAnother(externalId ?? '');
        throw error;
      }
    },

    removePhoto: ({ id, photo, by }) =>
      database.transaction(async (tx) => {
        if ((await lockPeople(tx, [id])).length === 0) return undefined;
        await requireSpare(tx, id, photo, 'Add a better one first, or erase the person.');
        await tx.query('delete from templates where id = $1', [photo]);
        await touch(tx, [id]);
        await audit.append({ actor: by, action: 'person.photo-removed', subject: id, detail: { photo } }, tx);
        const galleryVersion = await appendGalleryLog(tx, { op: 'upsert', personId: id });
        return { person: (await readPerson(tx, id)) as Person, changed: [id], galleryVersion };
      }),

    movePhoto: ({ id, photo, to, by }) =>
      database.transaction(async (tx) => {
        const target = typeof to === 'string' ? to : randomUUID();
        if (target === id) throw ownPhoto();
        const locked = await lockPeople(tx, [id, target]);
        if (!locked.includes(id)) return undefined;
        await requireSpare(tx, id, photo, 'Merge the person into the other one instead.');
        if (typeof to !== 'string') {
          await tx.query('insert into people (id, name) values ($1, $2)', [target, to.name]);
        } else if (locked.includes(to)) {
          await requireRoom(tx, to);
        } else {
          throw new FacewireError(
            'not-found',
            'The person to whom the photo was to go is not there (any more).',
          );
        }
        await tx.query('update templates set person_id = $2 where id = $1', [photo, target]);
        await touch(tx, [id, target]);
        const detail = { photo, to: target, created: typeof to !== 'string' };
        await audit.append({ actor: by, action: 'person.photo-moved', subject: id, detail }, tx);
        await appendGalleryLog(tx, { op: 'upsert', personId: target });
        const galleryVersion = await appendGalleryLog(tx, { op: 'upsert', personId: id });
        return {
          from: (await readPerson(tx, id)) as Person,
          to: (await readPerson(tx, target)) as Person,
          changed: [id, target],
          galleryVersion,
        };
      }),
  };
}

/** Best first. */
async function readPhotos(queryable: Queryable, id: string): Promise<PersonPhoto[]> {
  const rows = await queryable.query<PhotoRow>(
    'select id, quality, model, created_at, measures from templates where person_id = $1 order by quality desc, id',
    [id],
  );
  return rows.map(({ id, quality, model, created_at, measures }) => ({
    id,
    quality,
    weakness: weaknessIn(measures),
    model,
    createdAt: created_at.toISOString(),
  }));
}

const measuresSchema = qualitySchema.omit({ score: true });

function weaknessIn(measures: unknown): PersonPhoto['weakness'] {
  const known = measuresSchema.safeParse(measures).data;
  return (known && weaknessOf(known)) ?? null;
}

function ownPhoto(): FacewireError {
  const message = 'is the person who has the photo; give another one';
  return new FacewireError('validation', `to: ${message}`, {
    details: { errors: [{ field: 'to', message }] },
  });
}

function externalIdOfAnother(externalId: string): FacewireError {
  return new FacewireError(
    'conflict',
    `Somebody else has the externalId "${externalId}". Find them by GET /people?q=…, or use another one. Nothing was changed.`,
  );
}
