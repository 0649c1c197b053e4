import { thresholdFor } from '../../models/decision.ts';
import { cosine } from '../../models/embedding.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { pairCurves } from '../../models/metrics/curves.ts';
import { identification } from '../../models/metrics/identification.ts';
import {
  type Confusion,
  f1Interval,
  pairAccuracy,
  type ScoredPair,
  separation,
  tarAtFar,
} from '../../models/metrics/pairs.ts';
import { type Rate, wilson } from '../../models/metrics/rates.ts';
import { type PersonShots, type Search, type Shot, searchOpenSet } from '../../models/metrics/searches.ts';
import type { EvaluationResult } from '../../protocol/evaluation.ts';
import { meanTemplate } from '../people/template.ts';
import type { PhotoPair } from './dataset/dataset.ts';

const FARS = [1e-2, 1e-3, 1e-4];
const FPIRS = [0.003, 0.01, 0.1];
/** Photos enrolled and frames searched by, the hardest first: it gives the headline. */
const SETTINGS = [
  { enrolled: 1, frames: 1 },
  { enrolled: 1, frames: 3 },
  { enrolled: 3, frames: 1 },
  { enrolled: 3, frames: 3 },
];
const MISTAKES = 12;

/** Everything that scoring needs, fit to be sent to a thread. */
export type ScoreInput = {
  /** Null: no face was found. Undefined: the photo cannot be read. */
  shots: readonly (Shot | null | undefined)[];
  pairs: readonly PhotoPair[];
  train: readonly PhotoPair[];
  /** Photos of each person. */
  openSet: readonly (readonly number[])[];
  splits: number;
  model: Pick<EmbedderEntry, 'thresholds'>;
};

/** A wrong or nearly wrong decision, by its photos' places. */
export type PlacedMistake = { kind: 'missed' | 'confused'; score: number | null; a: number; b: number };

export type Scored = Pick<
  EvaluationResult,
  | 'accuracy'
  | 'accuracyStdErr'
  | 'auc'
  | 'eer'
  | 'threshold'
  | 'f1'
  | 'tarAtFar'
  | 'rank1'
  | 'tpirAtFpir'
  | 'pairs'
  | 'verification'
  | 'openSet'
> & { intervals: Omit<EvaluationResult['intervals'], 'failureToDetect'>; mistakes: PlacedMistake[] };

/** The figures of both protocols. Pairs are compared as `/verify` does, searches are made as kiosks make them. */
export function score(input: ScoreInput): Scored {
  const pairs = verify(input);
  const open = identify(input);
  return {
    accuracy: pairs?.accuracy.accuracy.value ?? null,
    accuracyStdErr: pairs?.accuracy.accuracyStdErr ?? null,
    auc: pairs?.separation?.auc ?? null,
    eer: pairs?.separation?.eer ?? null,
    threshold: pairs?.accuracy.threshold ?? null,
    f1: pairs?.accuracy.f1 ?? null,
    tarAtFar: pairs ? keyed(pairs.tars, ({ far, tar }) => [far, tar.value]) : null,
    rank1: open?.rows[0]?.rank1.value ?? null,
    tpirAtFpir: open ? keyed(open.rows[0]?.atFpir ?? [], ({ fpir, tpir }) => [fpir, tpir.value]) : null,
    pairs: pairs?.scored.length ?? 0,
    intervals: {
      accuracy: interval(pairs?.accuracy.accuracy),
      auc: interval(pairs?.separation?.intervals.auc),
      eer: interval(pairs?.separation?.intervals.eer),
      f1: pairs ? f1Interval(pairs.accuracy.confusion) : null,
      tarAtFar: pairs ? keyed(pairs.tars, ({ far, tar }) => [far, interval(tar) as Interval]) : null,
      rank1: interval(open?.rows[0]?.rank1),
      tpirAtFpir: open
        ? keyed(open.rows[0]?.atFpir ?? [], ({ fpir, tpir }) => [fpir, interval(tpir) as Interval])
        : null,
    },
    verification: pairs?.verification ?? null,
    openSet: open?.rows ?? null,
    mistakes: [...(pairs?.mistakes ?? []), ...(open?.mistakes ?? [])],
  };
}

type Interval = { low: number; high: number };

function interval(rate: Interval | Rate | undefined): Interval | null {
  return rate ? { low: rate.low, high: rate.high } : null;
}

function keyed<T, V>(rows: readonly T[], entry: (row: T) => [number, V]): Record<string, V> {
  return Object.fromEntries(rows.map((row) => entry(row)).map(([key, value]) => [String(key), value]));
}

function scorePairs(pairs: readonly PhotoPair[], shots: ScoreInput['shots']) {
  return pairs.flatMap(({ same, a, b, fold }) => {
    const [first, second] = [shots[a], shots[b]];
    if (first === undefined || second === undefined) return [];
    const value = first && second ? cosine(first.embedding, second.embedding) : null;
    return [{ same, score: value, a, b, ...(fold === undefined ? {} : { fold }) }];
  });
}

function verify({ pairs, train, shots }: ScoreInput) {
  const scored = scorePairs(pairs, shots);
  if (scored.length === 0) return undefined;
  const training: ScoredPair[] = scorePairs(train, shots);
  const accuracy = pairAccuracy({ pairs: scored, ...(training.length > 0 ? { train: training } : {}) });
  const { threshold } = accuracy;
  const tars = FARS.flatMap((far) => tarAtFar({ pairs: scored, far }) ?? []);
  const same = scored.filter((pair) => pair.same);
  const blind = scored.filter((pair) => pair.score === null);
  const verification: EvaluationResult['verification'] = {
    same: same.length,
    different: scored.length - same.length,
    withoutFace: {
      same: blind.filter((pair) => pair.same).length,
      different: blind.filter((pair) => !pair.same).length,
    },
    bothFound: bothFound(scored, accuracy.confusion),
    chosenOn: accuracy.chosenOn,
    trainingPairs: training.length,
    accuracy: accuracy.accuracy,
    confusion: accuracy.confusion,
    folds: accuracy.folds,
    tarAtFar: tars,
    curves: pairCurves(scored),
  };
  const worst = (isSame: boolean) =>
    scored
      .filter((pair) => pair.same === isSame && pair.score !== null)
      .sort((a, b) => (isSame ? 1 : -1) * ((a.score as number) - (b.score as number)))
      .filter((pair) => (pair.score as number) < threshold === isSame)
      .slice(0, MISTAKES)
      .map(({ score: value, a, b }) => ({ score: value, a, b }));
  const mistakes: PlacedMistake[] = [
    ...worst(true).map((pair) => ({ kind: 'missed' as const, ...pair })),
    ...worst(false).map((pair) => ({ kind: 'confused' as const, ...pair })),
  ];
  return {
    scored,
    accuracy,
    tars,
    verification,
    mistakes,
    separation: separation({ pairs: scored }),
  };
}

/** What recognition alone is worth, were every face found. */
function bothFound(
  scored: readonly ScoredPair[],
  { truePositive, trueNegative }: Confusion,
): NonNullable<EvaluationResult['verification']>['bothFound'] {
  const found = scored.filter((pair) => pair.score !== null);
  const accuracy = wilson({ count: truePositive + trueNegative, of: found.length });
  if (!accuracy) return null;
  const apart = separation({ pairs: found });
  return { pairs: found.length, accuracy, auc: apart?.auc ?? null, eer: apart?.eer ?? null };
}

function identify({ openSet, shots, splits, model }: ScoreInput) {
  // A photo that cannot be read was listed; it is not the person's fault.
  const people = openSet
    .map((photos) => photos.filter((photo) => shots[photo] !== undefined))
    .filter((photos) => photos.length > 0);
  if (people.length < 2) return undefined;
  const persons: PersonShots[] = people.map((photos) => photos.map((photo) => shots[photo] ?? null));
  let first: readonly Search[] = [];
  const rows = SETTINGS.flatMap(({ enrolled, frames }) => {
    const template = (chosen: readonly Shot[]) => meanTemplate(chosen);
    const searches = searchOpenSet({ people: persons, enrolled, frames, splits, template });
    if (enrolled === 1 && frames === 1) first = searches.searches;
    const found = identification({
      searches,
      fpirs: FPIRS,
      thresholdFor: (fpir, gallerySize) => thresholdFor({ manifestEntry: model, fpir, gallerySize }),
    });
    return found ? [{ enrolled, frames, ...found }] : [];
  });
  if (rows.length === 0) return undefined;
  return { rows, mistakes: worstSearches(first, people) };
}

/** Strangers most like somebody enrolled, and people for whom somebody else came first; each person once. */
function worstSearches(searches: readonly Search[], people: readonly (readonly number[])[]): PlacedMistake[] {
  const place = (person: number, photo: number) => people[person]?.[photo] as number;
  const wrong = searches
    .filter(({ best, rank, known }) => best && (known ? rank !== 1 : true))
    .sort((a, b) => (b.score as number) - (a.score as number));
  const seen = new Set<number>();
  return wrong
    .filter(({ person }) => !seen.has(person) && seen.add(person))
    .slice(0, MISTAKES)
    .map(({ person, photo, best, score: value }) => ({
      kind: 'confused',
      score: value,
      a: place(person, photo),
      b: place(best?.person as number, best?.photo as number),
    }));
}
