import type { NamedPair, NamedPhoto } from './pair-file.ts';
import { distinctPeople, type PersonFolder, type PhotoSource } from './people-folder.ts';
import type { Problems } from './problems.ts';

/** Two photos by their place in the dataset. */
export type PhotoPair = { same: boolean; a: number; b: number; fold?: number };

export type Dataset = {
  photos: readonly PhotoSource[];
  pairs: readonly PhotoPair[];
  train: readonly PhotoPair[];
  openSet: readonly { name: string; photos: readonly number[] }[];
  problems: Problems;
};

export class EvaluationError extends Error {
  readonly code = 'evaluation';
}

/**
 * Puts together what is to be analysed: the photos that pairs name, and those of the open set, each once.
 * @param input.images where the pairs' photos are: NAME/NAME_NNNN.jpg
 * @throws {EvaluationError} when there is nothing at all to evaluate
 */
export function buildDataset(input: {
  images: readonly PersonFolder[];
  pairs: readonly NamedPair[];
  train: readonly NamedPair[];
  openSet: readonly PersonFolder[];
  problems: Problems;
}): Dataset {
  const { problems } = input;
  const photos: PhotoSource[] = [];
  const places = new Map<string, number>();
  const placeOf = (photo: PhotoSource) => {
    const place = places.get(photo.key) ?? photos.push(photo) - 1;
    places.set(photo.key, place);
    return place;
  };

  const byStem = new Map<string, PhotoSource>();
  for (const person of input.images) {
    for (const photo of person.photos) byStem.set(stemOf(person.name, photo.path), photo);
  }
  const missing = new Set<string>();
  const find = ({ name, number }: NamedPhoto) => {
    const stem = `${name}_${String(number).padStart(4, '0')}`;
    const path = `${name}/${stem}`;
    const photo = byStem.get(path.normalize('NFC'));
    if (!photo && !missing.has(path)) {
      missing.add(path);
      problems.add('missing-image', path, 'is named by a pair and is not there. Its pairs are left out.');
    }
    return photo;
  };
  const resolvePairs = (pairs: readonly NamedPair[]): PhotoPair[] =>
    pairs.flatMap(({ same, fold, ...pair }) => {
      const [a, b] = [find(pair.a), find(pair.b)];
      if (!a || !b) return [];
      return [{ same, a: placeOf(a), b: placeOf(b), ...(fold === undefined ? {} : { fold }) }];
    });

  const pairs = resolvePairs(input.pairs);
  const train = resolvePairs(input.train);
  const openSet = distinctPeople(input.openSet, problems).map((person) => ({
    name: person.name,
    photos: person.photos.map(placeOf),
  }));
  if (pairs.length === 0 && openSet.length < 2) {
    const { total, listed } = problems.summary();
    const reasons = listed.slice(0, 5).map(({ subject, message }) => `\n  ${subject} ${message}`);
    throw new EvaluationError(
      'There is nothing to evaluate: no pair whose photos are there, and no two folders of people with pictures. ' +
        `The photos of pairs are expected as DIR/NAME/NAME_0001.jpg, those of people as DIR/PERSON/*.jpg.${reasons.join('')}` +
        (total > reasons.length ? `\n  … and ${total - reasons.length} more` : ''),
    );
  }
  return { photos, pairs, train, openSet, problems };
}

function stemOf(person: string, path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return `${person}/${file.slice(0, file.lastIndexOf('.'))}`.normalize('NFC');
}
