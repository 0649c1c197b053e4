import { thresholdFor } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { LikelyDuplicate } from '../../protocol/rest.ts';
import type { AcceptedPhoto } from './judgement.ts';
import { LIKENESS_FPIR } from './outliers.ts';
import type { PeopleStore } from './people.store.ts';
import { cosine, embeddingFromBytes, meanTemplate } from './template.ts';

/**
 * People who are enrolled and seem to be the person of these photos. The workers' candidates for each photo are
 * compared again with the template that the photos make together, which is surer than any of them alone.
 * @param options.photos searched in the gallery
 * @param options.newcomers people whom that search may have missed
 * @returns best first; empty when nobody reaches the threshold
 */
export async function findDuplicates(options: {
  photos: readonly AcceptedPhoto[];
  newcomers?: readonly string[];
  people: Pick<PeopleStore, 'galleryRecords'>;
  model: Pick<EmbedderEntry, 'name' | 'thresholds'>;
}): Promise<LikelyDuplicate[]> {
  const { photos, newcomers = [], people, model } = options;
  const decisions = photos.flatMap(({ face }) => face.decision ?? []);
  const found = decisions.flatMap(({ candidates }) => candidates.map(({ personId }) => personId));
  const ids = new Set([...found, ...newcomers]);
  if (ids.size === 0) return [];
  const template = meanTemplate(
    photos.map(({ embedding, face }) => ({ embedding, quality: face.quality.score })),
  );
  const threshold = thresholdFor({
    manifestEntry: model,
    fpir: LIKENESS_FPIR,
    gallerySize: Math.max(1, ...decisions.map(({ gallerySize }) => gallerySize)),
  });
  return (await people.galleryRecords([...ids]))
    .filter((record) => record.model === model.name)
    .map(({ personId, name, template: theirs }) => ({
      personId,
      name,
      score: cosine(template, embeddingFromBytes(Buffer.from(theirs, 'base64'))),
    }))
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score);
}

/** The question to the operator before a person is enrolled twice. */
export function duplicateError(people: readonly LikelyDuplicate[]): FacewireError {
  const [best, ...others] = people;
  return new FacewireError(
    'likely-duplicate',
    `This seems to be ${best?.name}, who is enrolled already` +
      `${others.length > 0 ? ` (or ${others.map(({ name }) => name).join(', ')})` : ''}. Nothing was stored. ` +
      `Add the photos to that person (POST /people/${best?.personId}/photos), or, when it is somebody else, ` +
      'send them again with duplicates=allow.',
    { details: { people } },
  );
}
