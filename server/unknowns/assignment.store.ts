import { randomUUID } from 'node:crypto';
import { FacewireError } from '../../protocol/errors.ts';
import type { AuditStore } from '../db/audit.store.ts';
import type { Database, Queryable } from '../db/client.ts';
import { appendGalleryLog } from '../people/gallery-log.store.ts';
import { lockPeople } from '../people/person-lock.ts';

export type Assignment = {
  id: string;
  person: string;
  /** Whether the person was created for it. */
  created: boolean;
  sightings: string[];
};

/** What was given to whom, so that it can be undone as a whole. */
export type AssignmentStore = {
  /** @returns its id; `undefined` when the person was erased meanwhile */
  add(input: {
    group: string;
    person: string;
    created: boolean;
    sightings: readonly string[];
    templates: readonly string[];
    by: string;
  }): Promise<string | undefined>;
  get(id: string): Promise<Assignment | undefined>;
  /**
   * Deletes the photos that came of it, as far as the person still has them, and forgets it.
   * @returns how many, and the version of the gallery from which on workers know
   * @throws {FacewireError} `bad-state` when the person would be left without photos
   */
  removePhotos(input: {
    assignment: Assignment;
    by: string;
  }): Promise<{ photos: number; galleryVersion: number } | undefined>;
  /** Whether the person has photos that did not come of it. */
  hasOtherPhotos(assignment: Assignment): Promise<boolean>;
};

export function createAssignmentStore(dependencies: {
  database: Database;
  audit: AuditStore;
}): AssignmentStore {
  const { database, audit } = dependencies;

  const others = async (queryable: Queryable, { id, person }: Assignment) => {
    const [row] = await queryable.query<{ count: number }>(
      `select count(*) as count from templates where person_id = $2
         and id not in (select template_id from unknown_assignment_templates where assignment_id = $1)`,
      [id, person],
    );
    return row?.count ?? 0;
  };

  return {
    add: ({ group, person, created, sightings, templates, by }) =>
      database.transaction(async (tx) => {
        if ((await lockPeople(tx, [person])).length === 0) return undefined;
        const id = randomUUID();
        await tx.query(
          'insert into unknown_assignments (id, person_id, created_person, assigned_by) values ($1, $2, $3, $4)',
          [id, person, created, by],
        );
        await tx.query(
          `insert into unknown_assignment_sightings (assignment_id, sighting_id)
           select $1, id from sightings where id = any($2::uuid[])`,
          [id, sightings],
        );
        await tx.query(
          `insert into unknown_assignment_templates (assignment_id, template_id)
           select $1, id from templates where id = any($2::uuid[])`,
          [id, templates],
        );
        const detail = { person, created, sightings: sightings.length, photos: templates.length };
        await audit.append({ actor: by, action: 'unknown.assigned', subject: group, detail }, tx);
        return id;
      }),

    async get(id) {
      const [row] = await database.query<{ person_id: string; created_person: boolean }>(
        'select person_id, created_person from unknown_assignments where id = $1',
        [id],
      );
      if (!row) return undefined;
      const sightings = await database.query<{ sighting_id: string }>(
        'select sighting_id from unknown_assignment_sightings where assignment_id = $1',
        [id],
      );
      return {
        id,
        person: row.person_id,
        created: row.created_person,
        sightings: sightings.map(({ sighting_id }) => sighting_id),
      };
    },

    removePhotos: ({ assignment, by }) =>
      database.transaction(async (tx) => {
        const { id, person } = assignment;
        if ((await lockPeople(tx, [person])).length === 0) return undefined;
        const removed = await tx.query(
          `delete from templates where person_id = $2
             and id in (select template_id from unknown_assignment_templates where assignment_id = $1) returning id`,
          [id, person],
        );
        if (removed.length > 0 && (await others(tx, assignment)) === 0) throw lastPhotos();
        await tx.query('delete from unknown_assignments where id = $1', [id]);
        await tx.query('update people set updated_at = now() where id = $1', [person]);
        const detail = { person, photos: removed.length };
        await audit.append({ actor: by, action: 'unknown.assignment-undone', subject: id, detail }, tx);
        const galleryVersion =
          removed.length > 0 ? await appendGalleryLog(tx, { op: 'upsert', personId: person }) : 0;
        return { photos: removed.length, galleryVersion };
      }),

    hasOtherPhotos: async (assignment) => (await others(database, assignment)) > 0,
  };
}

function lastPhotos(): FacewireError {
  return new FacewireError(
    'bad-state',
    'The person has no other photos by now, and nobody is kept without one. Add a photo first, or erase the person. ' +
      'Nothing was undone.',
  );
}
