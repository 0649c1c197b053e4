import { randomUUID } from 'node:crypto';
import { FacewireError } from '../../protocol/errors.ts';
import type { PersonMerge } from '../../protocol/people.ts';
import { LIMITS, type Person } from '../../protocol/rest.ts';
import { mergeWatch, partWatch } from '../alerts/watch-list.store.ts';
import type { AuditStore } from '../db/audit.store.ts';
import { type Database, isUniqueViolation, type Queryable } from '../db/client.ts';
import { mergeDenials } from '../unknowns/unknown.store.ts';
import { appendGalleryLog } from './gallery-log.store.ts';
import { holderOf, readMerges } from './merge-records.ts';
import { lockPeople, type Told } from './person-lock.ts';
import { readPerson } from './person-rows.ts';

/** Merges and their undoing take turns: each may change who holds what another one is about. */
const MERGE_LOCK = 7_032_001;

export type MergeStore = {
  /**
   * Gives a person's photos and sightings to another, and notes whose they were. Name, external id and consent of the
   * one who stays are kept; those of the other are put aside.
   * @returns `undefined` when either is not there
   * @throws {FacewireError} `validation` for one and the same, `bad-state` when they have too many photos together
   */
  merge(input: {
    id: string;
    into: string;
    by: string;
  }): Promise<Told<{ person: Person; merge: PersonMerge }> | undefined>;
  /**
   * Brings back whoever was merged, under the same id, with what came from them and is still there; what was added
   * since stays where it is.
   * @returns `undefined` when there is no such merge
   * @throws {FacewireError} `bad-state` when either would be left without photos, `conflict` when the external id
   *   has been given to somebody else
   */
  undo(input: {
    mergeId: string;
    by: string;
  }): Promise<Told<{ person: Person; restored: Person }> | undefined>;
};

/** Where an answer about a sighting names somebody. */
const NAMED = { said: 'person_id', recognised: 'recognised_id' } as const;

type MergeRow = {
  survivor_id: string;
  merged_id: string;
  name: string;
  external_id: string | null;
};

export function createMergeStore(dependencies: { database: Database; audit: AuditStore }): MergeStore {
  const { database, audit } = dependencies;

  const move = async (tx: Queryable, mergeId: string, from: string, to: string) => {
    const photos = await tx.query(
      `update templates set person_id = $3 where person_id = $2
         and id in (select template_id from merge_templates where merge_id = $1) returning id`,
      [mergeId, from, to],
    );
    const sightings = await tx.query(
      `update sightings set person_id = $3 where person_id = $2
         and id in (select sighting_id from merge_sightings where merge_id = $1) returning id`,
      [mergeId, from, to],
    );
    for (const [named, column] of Object.entries(NAMED)) {
      await tx.query(
        `update confirmations set ${column} = $3 where ${column} = $2
           and id in (select confirmation_id from merge_confirmations where merge_id = $1 and named = $4)`,
        [mergeId, from, to, named],
      );
    }
    return { photos: photos.length, sightings: sightings.length };
  };

  return {
    async merge({ id, into, by }) {
      if (id === into) throw sameOne();
      return database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [MERGE_LOCK]);
        if ((await lockPeople(tx, [id, into])).length < 2) return undefined;
        const [merged, survivor] = [await readPerson(tx, id), await readPerson(tx, into)] as [Person, Person];
        refuseTooMany(merged, survivor);
        const mergeId = randomUUID();
        await tx.query(
          `insert into merges (id, survivor_id, merged_id, name, external_id, consent, hidden, created_at, updated_at)
           select $1, $3, id, name, external_id, consent, hidden, created_at, updated_at from people where id = $2`,
          [mergeId, id, into],
        );
        await tx.query(
          'insert into merge_templates (merge_id, template_id) select $1, id from templates where person_id = $2',
          [mergeId, id],
        );
        await tx.query(
          'insert into merge_sightings (merge_id, sighting_id) select $1, id from sightings where person_id = $2',
          [mergeId, id],
        );
        for (const [named, column] of Object.entries(NAMED)) {
          await tx.query(
            `insert into merge_confirmations (merge_id, confirmation_id, named)
             select $1, id, $3 from confirmations where ${column} = $2`,
            [mergeId, id, named],
          );
        }
        await mergeWatch(tx, mergeId, id, into);
        const detail = { into, ...(await move(tx, mergeId, id, into)) };
        // An import that names the one who was merged finds the one who stays.
        await tx.query('update import_keys set person_id = $2 where person_id = $1', [id, into]);
        await mergeDenials(tx, id, into);
        await tx.query('delete from people where id = $1', [id]);
        await tx.query('update people set updated_at = now() where id = $1', [into]);
        await audit.append({ actor: by, action: 'person.merged', subject: id, detail }, tx);
        await appendGalleryLog(tx, { op: 'remove', personId: id });
        const galleryVersion = await appendGalleryLog(tx, { op: 'upsert', personId: into });
        const merge = (await readMerges(tx, into)).find((one) => one.id === mergeId) as PersonMerge;
        return { person: (await readPerson(tx, into)) as Person, merge, changed: [id], galleryVersion };
      });
    },

    async undo({ mergeId, by }) {
      let externalId: string | null = null;
      try {
        return await database.transaction(async (tx) => {
          await tx.query('select pg_advisory_xact_lock($1)', [MERGE_LOCK]);
          const [row] = await tx.query<MergeRow>('select * from merges where id = $1', [mergeId]);
          if (!row) return undefined;
          externalId = row.external_id;
          const { merged_id: id, name } = row;
          const holder = await holderOf(tx, row.survivor_id);
          if ((await lockPeople(tx, [holder])).length === 0) return undefined;
          await tx.query(
            `insert into people (id, name, external_id, consent, hidden, created_at, updated_at)
             select merged_id, name, external_id, consent, hidden, created_at, updated_at from merges where id = $1`,
            [mergeId],
          );
          const detail = { from: holder, ...(await move(tx, mergeId, holder, id)) };
          await giveBackAnswered(tx, holder, id);
          await partWatch(tx, mergeId, holder);
          const person = (await readPerson(tx, holder)) as Person;
          if (detail.photos === 0) throw nothingLeft(name, person.name);
          if (person.templates === 0) throw nothingElse(name, person.name);
          await tx.query('delete from merges where id = $1', [mergeId]);
          await tx.query('update people set updated_at = now() where id = $1', [holder]);
          await audit.append({ actor: by, action: 'person.merge-undone', subject: id, detail }, tx);
          await appendGalleryLog(tx, { op: 'upsert', personId: id });
          const galleryVersion = await appendGalleryLog(tx, { op: 'upsert', personId: holder });
          const restored = (await readPerson(tx, id)) as Person;
          return { person, restored, changed: [holder], galleryVersion };
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw takenMeanwhile(externalId ?? '');
        throw error;
      }
    },
  };
}

/** A sighting whose answer was taken back since the merge went to the survivor: it was the other one's. */
async function giveBackAnswered(tx: Queryable, holder: string, id: string): Promise<void> {
  await tx.query(
    `update sightings s set person_id = $2 where person_id = $1
       and exists (select 1 from confirmations c where c.sighting_id = s.id and c.recognised_id = $2)
       and not exists (select 1 from confirmations c where c.sighting_id = s.id and c.taken_back_at is null)`,
    [holder, id],
  );
}

function sameOne(): FacewireError {
  const message = 'is the person themselves; give the id of another one';
  return new FacewireError('validation', `into: ${message}`, {
    details: { errors: [{ field: 'into', message }] },
  });
}

function refuseTooMany(merged: Person, survivor: Person): void {
  const most = LIMITS.templatesPerPerson;
  const total = merged.templates + survivor.templates;
  if (total <= most) return;
  throw new FacewireError(
    'bad-state',
    `Together ${merged.name} and ${survivor.name} have ${total} photos, and a person has at most ${most}. ` +
      `Delete ${total - most} of them first, best the ones of low quality. Nothing was changed.`,
  );
}

function nothingLeft(name: string, holder: string): FacewireError {
  return new FacewireError(
    'bad-state',
    `None of the photos that came with ${name} are ${holder}’s any more, so ${name} cannot be brought back. ` +
      'Move a photo back to the person first, or enrol anew.',
  );
}

function nothingElse(name: string, holder: string): FacewireError {
  return new FacewireError(
    'bad-state',
    `${holder} has no photos but those that came with ${name}, and nobody is kept without a photo. ` +
      `Add a photo of ${holder} first, or rename the person.`,
  );
}

function takenMeanwhile(externalId: string): FacewireError {
  return new FacewireError(
    'conflict',
    `The externalId "${externalId}" was given to somebody else meanwhile. Change that person’s (PATCH /people/{id}), then undo the merge again.`,
  );
}
