import { thresholdForFmr } from '../../models/decision.ts';
import type { EmbedderEntry, Threshold } from '../../models/manifest.schema.ts';
import { countAbove, type ImpostorScores } from './impostor-scores.ts';

/**
 * What the shipped table is worth, in comparisons that reach a row's cosine. Of 10 to 60 tried on LFW, 20 to 40 did
 * best: a gallery of 50 people hardly moves the table, one of 200 or more whose people look alike (or whose camera
 * is worse than the table's photographs) raises it so that the promise holds nearly or fully again. See README.
 */
export const TABLE_WEIGHT = 20;

/**
 * Two people are likely to be one when, of all comparisons, less than this many (half a pair of people) are expected
 * by chance to be so alike.
 */
const EXPECTED_BY_CHANCE = 1;
/** Nor are two taken for one unless the model calls it so probable that two photos as alike show one person. */
const LEAST_PROBABILITY = 0.95;

/** A row counts for the search for duplicates when so many comparisons are expected above it: duplicates are few. */
const EXPECTED_IN_BODY = 20;

type Table = Pick<EmbedderEntry, 'thresholds' | 'verification'>;

export type Refinement = {
  /** As the manifest's, with the rates that the gallery shows; never looser than the manifest's. */
  readonly thresholds: Threshold[];
  /** For each row of the manifest: the gallery's rate over the manifest's, 1 where they agree; below 1 too. */
  readonly factors: number[];
  /** For each row of the manifest, with likely duplicates left out. */
  readonly counts: number[];
  /** Comparisons that count. */
  readonly comparisons: number;
  /** From this cosine on two people are likely to be one; their comparisons are left out. */
  readonly duplicateFrom: number;
  /** Their number. */
  readonly leftOut: number;
};

/**
 * Refines a model's threshold table by the scores of the enrolled people among themselves. The cosines stay; what
 * changes is the rate of strangers who reach each, by a Gamma–Poisson estimate whose prior is the table: with k of n
 * comparisons above a row of rate f, and r the row before's factor, the factor is (k + w·r) / (n·f + w). So a row
 * with few or no scores follows the row before it. Rates only rise: enrolled people are photographed with more care
 * than strangers walk by, and a few of them would not prove that strangers are safer than the table says.
 */
export function refineThresholds(input: { table: Table; scores: ImpostorScores }): Refinement {
  const { table, scores } = input;
  const cosines = table.thresholds.map(({ cosine }) => cosine);
  const all = countAbove(scores, cosines);
  const body = factorsOf({ table, counts: all, comparisons: scores.comparisons, least: EXPECTED_IN_BODY });
  const duplicateFrom = duplicateCosine({ table, factors: body, comparisons: scores.comparisons });
  const leftOut = countAbove(scores, [duplicateFrom])[0] as number;
  const counts = all.map((count) => Math.max(0, count - leftOut));
  const comparisons = scores.comparisons - leftOut;
  const factors = factorsOf({ table, counts, comparisons, least: 0 });
  return {
    thresholds: tableWith({ table, factors: factors.map((factor) => Math.max(1, factor)) }),
    factors,
    counts,
    comparisons,
    duplicateFrom,
    leftOut,
  };
}

/**
 * A student's table, from its scores on its camera's crops of people held out: the same estimate, but rates may fall
 * as well as rise, since these are the crops that it will see.
 * @param input.above of the comparisons of different people, how many reach each row's cosine
 */
export function refineByCamera(input: {
  table: Table;
  comparisons: number;
  above: readonly number[];
}): Threshold[] {
  const { table, comparisons, above } = input;
  return tableWith({ table, factors: factorsOf({ table, counts: above, comparisons, least: 0 }) });
}

function factorsOf(input: {
  table: Table;
  counts: readonly number[];
  comparisons: number;
  least: number;
}): number[] {
  const { table, counts, comparisons, least } = input;
  let factor = 1;
  return table.thresholds.map(({ fmr }, row) => {
    const expected = comparisons * fmr;
    if (expected >= least) {
      factor = ((counts[row] as number) + TABLE_WEIGHT * factor) / (expected + TABLE_WEIGHT);
    }
    return factor;
  });
}

/**
 * The table with each row's rate multiplied. Where even the strictest row has become too loose, a row beyond it is
 * added, with the slope of the last two.
 */
export function tableWith(input: { table: Table; factors: readonly number[] }): Threshold[] {
  const { thresholds } = input.table;
  const rows: Threshold[] = [];
  for (const [i, { cosine, fmr, extrapolated }] of thresholds.entries()) {
    const rate = Math.min(1, fmr * (input.factors[i] as number), (rows.at(-1)?.fmr ?? 2) * 0.98);
    rows.push({ cosine, fmr: rate, extrapolated });
  }
  const [before, last] = thresholds.slice(-2);
  const strictest = rows.at(-1);
  if (before && last && strictest && strictest.fmr > last.fmr) {
    const slope = Math.log(before.fmr / last.fmr) / (last.cosine - before.cosine);
    const cosine = Math.min(0.999, last.cosine + Math.log(strictest.fmr / last.fmr) / slope);
    if (cosine > last.cosine) rows.push({ cosine, fmr: last.fmr, extrapolated: true });
  }
  return rows;
}

function duplicateCosine(input: { table: Table; factors: readonly number[]; comparisons: number }): number {
  const { table, factors, comparisons } = input;
  const thresholds = tableWith({ table, factors: factors.map((factor) => Math.max(1, factor)) });
  const rare = thresholdForFmr({
    manifestEntry: { thresholds },
    fmr: EXPECTED_BY_CHANCE / Math.max(1, comparisons),
  });
  const { slope, intercept } = table.verification;
  return Math.max(rare, (Math.log(LEAST_PROBABILITY / (1 - LEAST_PROBABILITY)) - intercept) / slope);
}
