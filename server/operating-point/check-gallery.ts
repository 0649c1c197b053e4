import { AMBIGUITY_MARGIN } from '../../models/decision.ts';
import { type EnrolledMatrices, ownScore, photosByPerson, typicalPhotos } from './enrolled-matrices.ts';
import {
  compareEnrolled,
  dot,
  type ImpostorScores,
  type Matrix,
  type PersonPair,
  rowsOf,
} from './impostor-scores.ts';

/** Below this a photo is worth replacing: of LFW's photos that can be enrolled, about 2 % are. */
const LOW_QUALITY = 0.5;
const MOST_WEAK = 12;
const MOST_ALIKE = 20;
const HISTOGRAM = { from: -0.2, step: 0.02, steps: 60 };

export type GalleryCheckInput = EnrolledMatrices & {
  /** Cosine in force. */
  threshold: number;
  /** From this cosine on two people are likely to be one. */
  duplicateFrom: number;
  mostComparisons: number;
};

type Weakness = {
  photo: number;
  reason: 'like-another' | 'unlike-own' | 'low-quality';
  own: number | undefined;
  other: { person: number; score: number } | undefined;
};

/** Positions are those of the input; shares count each person once, whatever the number of photos. */
export type GalleryFindings = {
  checkedPeople: number;
  strangers: {
    /** People's sum of their photos' shares that would be given another's name, and how many people that is of. */
    named: number;
    of: number;
    highest: { photo: number; other: number; score: number } | undefined;
  };
  recognised: { sum: number; of: number };
  alike: PersonPair[];
  weakest: Weakness[];
  weakCount: number;
  histogram: { from: number; step: number; strangers: number[]; own: number[] };
  scores: ImpostorScores;
};

/** Searches each photo among everybody else, and among the rest of its own person's. */
export function checkGallery(input: GalleryCheckInput): GalleryFindings {
  const { photos, owners, templates, threshold, duplicateFrom, mostComparisons } = input;
  const people = rowsOf(templates);
  const stride = Math.max(1, Math.ceil((owners.length * people) / mostComparisons));
  const { alike, ...scores } = compareEnrolled({
    probes: typicalPhotos(input),
    templates,
    mostComparisons,
    mostAlike: MOST_ALIKE,
    alikeFrom: -1,
  });
  const strangers: GalleryFindings['strangers'] = { named: 0, of: 0, highest: undefined };
  const recognised = { sum: 0, of: 0 };
  const weak: Weakness[] = [];
  const [strangerScores, ownScores] = [emptyHistogram(), emptyHistogram()];

  for (const { person, rows } of photosByPerson(owners)) {
    if (person % stride !== 0) continue;
    let [named, right] = [0, 0];
    for (const row of rows) {
      const { any, stranger } = nearestOther({ photos, row, templates, person, duplicateFrom });
      const own = ownScore(input, { rows, row });
      if (stranger) {
        count(strangerScores, stranger.score);
        if (stranger.score >= threshold) named++;
        if (stranger.score > (strangers.highest?.score ?? -2)) {
          strangers.highest = { photo: row, other: stranger.person, score: stranger.score };
        }
      }
      if (own !== undefined) {
        count(ownScores, own);
        if (isRecognised(own, any?.score, threshold)) right++;
      }
      const weakness = weaknessOf({ own, any, quality: input.qualities[row] as number, threshold });
      if (weakness) weak.push({ photo: row, reason: weakness, own, other: any });
    }
    strangers.of++;
    strangers.named += named / rows.length;
    if (rows.length > 1) {
      recognised.of++;
      recognised.sum += right / rows.length;
    }
  }
  return {
    checkedPeople: strangers.of,
    strangers,
    recognised,
    alike,
    weakest: worstFirst(weak, input.qualities).slice(0, MOST_WEAK),
    weakCount: weak.length,
    histogram: {
      from: HISTOGRAM.from,
      step: HISTOGRAM.step,
      strangers: shares(strangerScores),
      own: shares(ownScores),
    },
    scores,
  };
}

type Nearest = { person: number; score: number };

/** Who else is most like a photo: of everybody, and of those who are not likely to be the same person. */
function nearestOther(input: {
  photos: Matrix;
  row: number;
  templates: Matrix;
  person: number;
  duplicateFrom: number;
}): { any: Nearest | undefined; stranger: Nearest | undefined } {
  const { photos, row, templates, person, duplicateFrom } = input;
  let any: Nearest | undefined;
  let stranger: Nearest | undefined;
  for (let other = 0; other < rowsOf(templates); other++) {
    if (other === person) continue;
    const score = dot(photos, row, templates, other);
    if (!any || score > any.score) any = { person: other, score };
    if (score < duplicateFrom && (!stranger || score > stranger.score)) stranger = { person: other, score };
  }
  return { any, stranger };
}

function isRecognised(own: number, other: number | undefined, threshold: number): boolean {
  if (own < threshold || (other !== undefined && other >= own)) return false;
  return other === undefined || other < threshold || own - other >= AMBIGUITY_MARGIN;
}

function weaknessOf(input: {
  own: number | undefined;
  any: Nearest | undefined;
  quality: number;
  threshold: number;
}): Weakness['reason'] | undefined {
  const { own, any, quality, threshold } = input;
  if (own !== undefined && any && any.score > own) return 'like-another';
  if (own !== undefined && own < threshold) return 'unlike-own';
  return quality < LOW_QUALITY ? 'low-quality' : undefined;
}

const SEVERITY: Record<Weakness['reason'], number> = { 'like-another': 0, 'unlike-own': 1, 'low-quality': 2 };

function worstFirst(weak: readonly Weakness[], qualities: Float32Array): Weakness[] {
  return weak.toSorted(
    (x, y) =>
      SEVERITY[x.reason] - SEVERITY[y.reason] ||
      (x.own ?? 0) - (y.own ?? 0) ||
      (qualities[x.photo] as number) - (qualities[y.photo] as number),
  );
}

function emptyHistogram(): number[] {
  return Array.from({ length: HISTOGRAM.steps }, () => 0);
}

function count(histogram: number[], score: number): void {
  const step = Math.floor((score - HISTOGRAM.from) / HISTOGRAM.step);
  const at = Math.max(0, Math.min(histogram.length - 1, step));
  histogram[at] = (histogram[at] as number) + 1;
}

function shares(histogram: readonly number[]): number[] {
  const sum = histogram.reduce((total, each) => total + each, 0);
  return sum === 0 ? [...histogram] : histogram.map((each) => each / sum);
}
