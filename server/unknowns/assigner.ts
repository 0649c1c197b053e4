import type { z } from 'zod';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { PhotoReport } from '../../protocol/rest.ts';
import {
  type assignmentUndoneSchema,
  type assignUnknownSchema,
  type enrolUnknownSchema,
  UNKNOWN_LIMITS,
  type UnknownAssigned,
} from '../../protocol/unknowns.ts';
import type { Confirmations } from '../confirmations/confirmations.ts';
import { type Enroller, PUBLISH_WAIT_MS } from '../people/enroll.ts';
import type { Eraser } from '../people/erase.ts';
import type { GalleryPublisher } from '../people/gallery-publisher.ts';
import type { PeopleStore } from '../people/people.store.ts';
import type { BulkLane } from '../queue/bulk.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import type { AssignmentStore } from './assignment.store.ts';
import { createCropAnalyser } from './crop-analyser.ts';
import type { UnknownStore } from './unknown.store.ts';

type Undone = z.infer<typeof assignmentUndoneSchema>;
type Target = { group: string; by: string };

/** Says who the sightings of a group show, and takes it back. */
export type Assigner = {
  /**
   * Gives sightings to a person; each is a confirmed one then. The crops chosen become photos of the person by the same
   * checks as uploaded ones.
   * @throws {FacewireError} `not-found` for group, sightings or person, and whatever adding photos throws; then nothing
   *   was changed
   */
  assign(input: Target & z.infer<typeof assignUnknownSchema>): Promise<UnknownAssigned>;
  /** The same with a new person, enrolled by the crops chosen. @throws {FacewireError} as enrolling does */
  enrol(input: Target & z.infer<typeof enrolUnknownSchema>): Promise<UnknownAssigned>;
  /**
   * The sightings are unknown again, and the photos gone; with them the person, where they were enrolled by it.
   * @throws {FacewireError} `not-found`; `bad-state` where the person would be left without photos, or has got others
   */
  undo(input: { assignment: string; by: string }): Promise<Undone>;
};

/** @param dependencies.onChange told when sightings have come to a person, or are unknown again */
export function createAssigner(dependencies: {
  store: UnknownStore;
  assignments: AssignmentStore;
  confirmations: Pick<Confirmations, 'confirm' | 'takeBack'>;
  people: PeopleStore;
  gallery: GalleryPublisher;
  eraser: Eraser;
  lane: Pick<BulkLane, 'embedCrops' | 'search'>;
  model: EmbedderEntry;
  /** An enroller that has its photos analysed by this. */
  enrollerOf: (photos: PhotoAnalyser) => Enroller;
  /** People whose photos are not as they were, and the version of the gallery from which on workers know. */
  onPhotosRemoved: (personIds: readonly string[], galleryVersion: number) => void;
  onChange: () => Promise<void>;
}): Assigner {
  const { store, assignments, confirmations, people, gallery, eraser, lane, model, onChange } = dependencies;

  /** @throws {FacewireError} `not-found` unless the group has them all */
  const chosenOf = async (group: string, asked: readonly string[] | undefined): Promise<string[]> => {
    const all = await store.sightingsOf(group, UNKNOWN_LIMITS.sightings);
    if (all.length === 0) throw noSuchGroup();
    const chosen = asked ?? all;
    if (chosen.some((sighting) => !all.includes(sighting))) throw noSuchSightings();
    return [...new Set(chosen)];
  };

  /** An enroller whose photos are these crops. */
  const enrollerFor = async (group: string, sightings: readonly string[]) => {
    const crops = await store.crops(group, [...new Set(sightings)]);
    if (crops.length === 0 && sightings.length > 0) throw noSuchSightings();
    const photos = createCropAnalyser({ crops, lane, model: () => model.name });
    const enroller = dependencies.enrollerOf(photos);
    const files = crops.map(({ sighting, crop }) => ({ filename: `${sighting}.jpg`, bytes: crop }));
    return { enroller, files };
  };

  const give = async (sightings: readonly string[], person: string, by: string): Promise<string[]> => {
    const given: string[] = [];
    for (const sighting of sightings) {
      const answer = { verdict: 'other', person } as const;
      await confirmations.confirm({ sighting, answer, by }).then(
        () => given.push(sighting),
        // Gone meanwhile: its time was over.
        (error: unknown) => {
          if (!(error instanceof FacewireError && error.code === 'not-found')) throw error;
        },
      );
    }
    return given;
  };

  const finish = async (input: {
    group: string;
    person: string;
    created: boolean;
    sightings: readonly string[];
    photos: PhotoReport[];
    templates: readonly string[];
    by: string;
  }): Promise<UnknownAssigned> => {
    const { person: id, sightings, photos, by } = input;
    const assignment = await assignments.add(input);
    if (!assignment) throw noSuchPerson(id);
    const given = await give(sightings, id, by);
    await onChange();
    const person = await people.get(id);
    if (!person) throw noSuchPerson(id);
    return { person, photos, assignment, sightings: given.length };
  };

  return {
    async assign({ group, person, sightings: asked, photos: wanted, by }) {
      const sightings = await chosenOf(group, asked);
      if (!(await people.get(person))) throw noSuchPerson(person);
      if (wanted.length === 0) {
        return finish({ group, person, created: false, sightings, photos: [], templates: [], by });
      }
      const { enroller, files } = await enrollerFor(group, wanted);
      const added = await enroller.addPhotos({ id: person, photos: files, by });
      if (!added) throw noSuchPerson(person);
      const { photos, templates } = added;
      return finish({ group, person, created: false, sightings, photos, templates, by });
    },

    async enrol({ group, sightings: asked, photos: wanted, by, ...who }) {
      const sightings = await chosenOf(group, asked);
      const { enroller, files } = await enrollerFor(group, wanted);
      const enrolled = await enroller.enroll({ ...who, photos: files, by });
      const { person, photos, templates } = enrolled;
      return finish({ group, person: person.id, created: true, sightings, photos, templates, by });
    },

    async undo({ assignment: id, by }) {
      const assignment = await assignments.get(id);
      if (!assignment) throw noSuchAssignment();
      const { person, created } = assignment;
      const erases = created && !(await assignments.hasOtherPhotos(assignment));
      if (created && !erases) throw hasOtherPhotos();
      // The photos first: where the person cannot be left without them, nothing is undone.
      const removed = erases ? undefined : await assignments.removePhotos({ assignment, by });
      let sightings = 0;
      for (const sighting of assignment.sightings) {
        await confirmations.takeBack({ sighting, by }).then(
          () => sightings++,
          // Its time was over, or somebody has said otherwise meanwhile.
          (error: unknown) => {
            if (!(error instanceof FacewireError && error.code === 'not-found')) throw error;
          },
        );
      }
      let photos = removed?.photos ?? 0;
      if (erases) {
        photos = (await eraser.erase({ id: person, by }))?.templates ?? 0;
      } else if (removed && removed.photos > 0) {
        dependencies.onPhotosRemoved([person], removed.galleryVersion);
        await gallery.publishWithin(PUBLISH_WAIT_MS);
      }
      await onChange();
      return { sightings, photos, person: erases ? null : ((await people.get(person)) ?? null) };
    },
  };
}

/** The answer for an id that no group has. */
export function noSuchGroup(): FacewireError {
  return new FacewireError(
    'not-found',
    'There is no such group of unknown sightings (any more): they are kept for a limited time, and leave the group ' +
      'when somebody says who it is.',
  );
}

export function noSuchSightings(): FacewireError {
  return new FacewireError(
    'not-found',
    'Some of these sightings are not in the group (any more), or have no picture. Look at the group again. ' +
      'Nothing was changed.',
  );
}

export function noSuchPerson(id: string): FacewireError {
  return new FacewireError('not-found', `There is no person with the id ${id} (any more).`);
}

function noSuchAssignment(): FacewireError {
  return new FacewireError(
    'not-found',
    'There is nothing to undo (any more): it was undone before, or the person was erased or merged since.',
  );
}

function hasOtherPhotos(): FacewireError {
  return new FacewireError(
    'bad-state',
    'The person has got other photos since. Move those to whom they show, or erase the person yourself. ' +
      'Nothing was undone.',
  );
}
