import type { z } from 'zod';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { EnrollFields, enrollResponseSchema } from '../../protocol/rest.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import { analyseAll, type UploadedPhoto } from './analyse-all.ts';
import type { GalleryPublisher } from './gallery-publisher.ts';
import { judgePhotos } from './judge-photos.ts';
import { externalIdTaken, type PeopleStore } from './people.store.ts';

/** How long an answer waits for the change to reach the workers. It is in the database by then in any case. */
export const PUBLISH_WAIT_MS = 1000;

type EnrollResponse = z.infer<typeof enrollResponseSchema>;

export type Enroller = {
  /**
   * Enrols a person by those photos that can be used.
   * @param input.by subject of the principal who enrols
   * @throws {FacewireError} `no-usable-photo` (with a report for each), `conflict` for a known `externalId`,
   *   `validation`, `workers-unavailable`, `redis-unavailable`, `database-unavailable`; then nothing was stored
   */
  enroll(input: EnrollFields & { photos: readonly UploadedPhoto[]; by: string }): Promise<EnrollResponse>;
};

export function createEnroller(dependencies: {
  photos: PhotoAnalyser;
  people: PeopleStore;
  gallery: GalleryPublisher;
  /** The configured embedder. */
  model: Pick<EmbedderEntry, 'thresholds'>;
  /** Told how many people there are now. */
  onEnrolled?: (people: number) => void;
}): Enroller {
  const { photos: analyser, people, gallery, model, onEnrolled } = dependencies;
  return {
    async enroll({ name, externalId, consent, faces, photos, by }) {
      if (externalId && (await people.findByExternalId(externalId))) throw externalIdTaken(externalId);
      const analysed = await analyseAll({ analyser, photos, match: false });
      const { reports, accepted } = judgePhotos({ photos: analysed, faces: faces ?? {}, model });
      if (accepted.length === 0) {
        throw new FacewireError(
          'no-usable-photo',
          photos.length === 1
            ? `The photo cannot be used: ${reports[0]?.message ?? ''}`
            : `None of the ${photos.length} photos can be used; the report says why of each. Nothing was stored.`,
          { details: { photos: reports } },
        );
      }
      const person = await people.create({
        name,
        externalId,
        consent,
        by,
        templates: accepted.map(({ model, face, embedding }) => ({
          model,
          embedding,
          referenceCrop: Buffer.from(face.crop, 'base64'),
          quality: face.quality.score,
        })),
      });
      await gallery.publishWithin(PUBLISH_WAIT_MS);
      onEnrolled?.(await people.count());
      return { person, photos: reports };
    },
  };
}
