import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { QualityMeasures } from '../../models/quality.ts';
import { FacewireError } from '../../protocol/errors.ts';
import { type EnrollFields, type enrollResponseSchema, LIMITS, type Person } from '../../protocol/rest.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import { analyseAll, type UploadedPhoto } from './analyse-all.ts';
import { duplicateError, findDuplicates } from './duplicates.ts';
import type { GalleryPublisher } from './gallery-publisher.ts';
import { judgePhotos } from './judge-photos.ts';
import type { Judgement } from './judgement.ts';
import { createNewcomers, type Newcomers } from './newcomers.ts';
import { externalIdTaken, type NewTemplate, type PeopleStore } from './people.store.ts';

/** How long an answer waits for the change to reach the workers. It is in the database by then in any case. */
export const PUBLISH_WAIT_MS = 1000;

/** `templates`: ids of what was stored, one for each accepted photo. */
type Enrolled = z.infer<typeof enrollResponseSchema> & { templates: string[] };
type Identified = NewTemplate & { id: string };
type Photos = Pick<EnrollFields, 'faces'> & { photos: readonly UploadedPhoto[] };

export type Enroller = {
  /**
   * Enrols a person by those photos that can be used.
   * @param input.by subject of the principal who enrols
   * @param input.importKey by which an import finds the person again
   * @throws {FacewireError} `no-usable-photo` (with a report for each), `conflict` for a known `externalId`,
   *   `likely-duplicate` (naming whom the photos resemble) unless `duplicates` is `allow`,
   *   `validation`, `workers-unavailable`, `redis-unavailable`, `database-unavailable`; then nothing was stored
   */
  enroll(
    input: Omit<EnrollFields, 'duplicates'> &
      Partial<Pick<EnrollFields, 'duplicates'>> &
      Photos & { by: string; importKey?: string },
  ): Promise<Enrolled>;
  /**
   * Adds those photos that can be used to a person; `LIMITS.templatesPerPerson` is the most that one has.
   * @returns `undefined` when there is no such person
   * @throws {FacewireError} as `enroll`, but for `conflict`
   */
  addPhotos(input: Photos & { id: string; by: string }): Promise<Enrolled | undefined>;
};

export function createEnroller(dependencies: {
  photos: PhotoAnalyser;
  people: PeopleStore;
  gallery: GalleryPublisher;
  /** The configured embedder. */
  model: Pick<EmbedderEntry, 'name' | 'thresholds'>;
  /** Shared by enrollers of one gallery. */
  newcomers?: Newcomers;
  /** Told when a person was stored. */
  onEnrolled?: () => void;
}): Enroller {
  const { photos: analyser, people, gallery, model, onEnrolled } = dependencies;
  const { newcomers = createNewcomers() } = dependencies;

  const published = async (
    person: Person,
    { reports }: Judgement,
    templates: readonly Identified[],
  ): Promise<Enrolled> => {
    await gallery.publishWithin(PUBLISH_WAIT_MS);
    onEnrolled?.();
    return { person, photos: reports, templates: templates.map(({ id }) => id) };
  };

  return {
    async enroll({ duplicates = 'refuse', faces = {}, photos, ...who }) {
      const { externalId } = who;
      if (externalId && (await people.findByExternalId(externalId))) throw externalIdTaken(externalId);
      const watch = newcomers.watch();
      try {
        const analysed = await analyseAll({ analyser, photos, match: true });
        const judged = judgePhotos({ photos: analysed, faces, model });
        const templates = templatesOf(judged);
        const person = await newcomers.inTurn(async () => {
          if (duplicates === 'refuse') {
            const missed = watch.since();
            const found = await findDuplicates({ photos: judged.accepted, newcomers: missed, people, model });
            if (found.length > 0) throw duplicateError(found);
          }
          const stored = await people.create({ ...who, templates });
          newcomers.add(stored.id);
          return stored;
        });
        return await published(person, judged, templates);
      } finally {
        watch.end();
      }
    },

    async addPhotos({ id, faces = {}, photos, by }) {
      if (!(await people.get(id))) return undefined;
      const analysed = await analyseAll({ analyser, photos, match: true });
      let judged: Judgement = { reports: [], accepted: [] };
      let templates: Identified[] = [];
      const person = await people.addTemplates({
        id,
        by,
        choose: (stored) => {
          judged = judgePhotos({
            photos: analysed,
            faces,
            model,
            known: stored.filter((template) => template.model === model.name),
            self: id,
            room: LIMITS.templatesPerPerson - stored.length,
          });
          templates = templatesOf(judged);
          return templates;
        },
      });
      return person && published(person, judged, templates);
    },
  };
}

/** @throws {FacewireError} `no-usable-photo` */
function templatesOf({ reports, accepted }: Judgement): Identified[] {
  if (accepted.length === 0) {
    throw new FacewireError(
      'no-usable-photo',
      reports.length === 1
        ? `The photo cannot be used: ${reports[0]?.message ?? ''}`
        : `None of the ${reports.length} photos can be used; the report says why of each. Nothing was stored.`,
      { details: { photos: reports } },
    );
  }
  return accepted.map(({ model, face, embedding }) => ({
    id: randomUUID(),
    model,
    embedding,
    referenceCrop: Buffer.from(face.crop, 'base64'),
    quality: face.quality.score,
    measures: measuresOf(face.quality),
  }));
}

function measuresOf({ interEyePx, sharpness, brightness, yaw, pitch }: QualityMeasures): QualityMeasures {
  return { interEyePx, sharpness, brightness, yaw, pitch };
}
