import { fmrAt, thresholdFor } from '../../models/decision.ts';
import { wilson } from '../../models/metrics/rates.ts';
import type { GalleryCheckResponse, WeakPhoto } from '../../protocol/operating-point.ts';
import { analyse } from './analyse.ts';
import type { GalleryFindings } from './check-gallery.ts';
import type { EnrolledPerson, EnrolledStore } from './enrolled.store.ts';
import { toMatrices } from './enrolled-matrices.ts';
import { intervalsOf } from './interval.ts';
import type { OperatingPoints } from './operating-point.ts';
import { refineThresholds } from './refine.ts';

/** Some seconds of a thread: everybody in a gallery of 3,000 people with three photos each; beyond, a part. */
const MOST_COMPARISONS = 25_000_000;
const MOST_SINGLE = 50;

export type GalleryCheck = {
  /**
   * Does it work here? Computed on a thread from what is enrolled; who asks meanwhile gets the same answer.
   * @throws {FacewireError} `database-unavailable`
   */
  run(): Promise<GalleryCheckResponse>;
  close(): void;
};

export function createGalleryCheck(dependencies: {
  enrolled: Pick<EnrolledStore, 'read'>;
  operatingPoints: Pick<OperatingPoints, 'table' | 'fpir'>;
}): GalleryCheck {
  const { enrolled, operatingPoints } = dependencies;
  const closing = new AbortController();
  let running: Promise<GalleryCheckResponse> | undefined;

  const check = async (): Promise<GalleryCheckResponse> => {
    const [table, fpir] = [await operatingPoints.table(), await operatingPoints.fpir()];
    const { model } = table;
    const people = await enrolled.read(model.name);
    const gallerySize = people.length;
    const threshold = thresholdFor({ manifestEntry: table.refinement, fpir, gallerySize });
    const findings = await analyse({
      name: 'check',
      question: {
        ...toMatrices(people, model.embeddingSize),
        threshold,
        duplicateFrom: table.refinement.duplicateFrom,
        mostComparisons: MOST_COMPARISONS,
      },
      signal: closing.signal,
    });
    const refinement = refineThresholds({ table: model, scores: findings.scores });
    const suggested = thresholdFor({ manifestEntry: refinement, fpir, gallerySize });
    const named = namesOf(people);
    const pair = ({ a, b, score }: GalleryFindings['alike'][number]) => ({
      a: named.person(a),
      b: named.person(b),
      score,
      expectedByChance:
        (fmrAt({ manifestEntry: refinement, cosine: score }) * gallerySize * (gallerySize - 1)) / 2,
    });
    const { strangers, recognised, alike } = findings;
    const single = people.filter(({ photos }) => photos.length === 1);
    return {
      model: model.name,
      fpir,
      people: gallerySize,
      photos: people.reduce((sum, { photos }) => sum + photos.length, 0),
      checkedPeople: findings.checkedPeople,
      singlePhoto: { count: single.length, people: single.slice(0, MOST_SINGLE).map(toRef) },
      threshold,
      suggestedThreshold: suggested,
      suggestedInterval: intervalsOf({ table: model, refinement, fpir, gallerySize, threshold: suggested })
        .threshold,
      strangers: {
        fpir: gallerySize > 1 ? shareOf(strangers.named, strangers.of) : null,
        highest: strangers.highest
          ? {
              score: strangers.highest.score,
              person: named.owner(strangers.highest.photo),
              other: named.person(strangers.highest.other),
            }
          : null,
      },
      recognised: shareOf(recognised.sum, recognised.of),
      closestPair: alike[0] ? pair(alike[0]) : null,
      duplicates: alike.filter(({ score }) => score >= table.refinement.duplicateFrom).map(pair),
      weakest: findings.weakest.map((weak) => toWeakPhoto(weak, { named, people })),
      weakCount: findings.weakCount,
      histogram: findings.histogram,
      computedAt: new Date().toISOString(),
    };
  };

  return {
    run() {
      running ??= check().finally(() => {
        running = undefined;
      });
      return running;
    },
    close: () => closing.abort(),
  };
}

function shareOf(count: number, of: number): GalleryCheckResponse['recognised'] {
  const rate = wilson({ count, of });
  return rate && { value: rate.value, low: rate.low, high: rate.high };
}

function toRef({ id, name }: EnrolledPerson) {
  return { personId: id, name };
}

/** Who stands behind the positions in the findings. */
function namesOf(people: readonly EnrolledPerson[]) {
  const photos = people.flatMap((person) => person.photos.map((photo) => ({ person, photo })));
  const person = (at: number) => toRef(people[at] as EnrolledPerson);
  const photo = (at: number) => photos[at] as (typeof photos)[number];
  return { person, photo, owner: (at: number) => toRef(photo(at).person) };
}

function toWeakPhoto(
  weak: GalleryFindings['weakest'][number],
  { named, people }: { named: ReturnType<typeof namesOf>; people: readonly EnrolledPerson[] },
): WeakPhoto {
  const { person, photo } = named.photo(weak.photo);
  const other = weak.other && { ...named.person(weak.other.person), score: weak.other.score };
  return {
    ...toRef(person),
    photoId: photo.id,
    cropUrl: `/people/${person.id}/photos/${photo.id}.jpg`,
    reason: weak.reason,
    message: messageOf(weak.reason, person, weak.other && people[weak.other.person]),
    quality: photo.quality,
    own: weak.own ?? null,
    other: other ?? null,
  };
}

function messageOf(
  reason: WeakPhoto['reason'],
  { name, photos }: EnrolledPerson,
  other: EnrolledPerson | undefined,
): string {
  switch (reason) {
    case 'like-another':
      return (
        `It looks more like ${other?.name ?? 'somebody else'} than like the other photos of ${name}. ` +
        'If it shows somebody else, erase and enrol anew without it.'
      );
    case 'unlike-own':
      return (
        `The other ${photos.length === 2 ? 'photo' : 'photos'} of ${name} would not recognise it. ` +
        'Add two photos by the camera that will see the person.'
      );
    case 'low-quality':
      return 'It is small, blurred, dark or turned away. Add a sharper photo from the front.';
  }
}
