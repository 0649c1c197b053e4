import { fmrAt, thresholdFor } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { seededRandom } from '../../models/metrics/random.ts';
import { percentileInterval } from '../../models/metrics/rates.ts';
import { type Refinement, TABLE_WEIGHT, tableWith } from './refine.ts';

const DRAWS = 500;
/** A pair's two comparisons tell nearly the same, and those that share a person tell of that person: so many count as one. */
const SHARED = 4;

export type Interval = { readonly low: number; readonly high: number };

/**
 * How well the refined table is known: 95 % intervals from draws of the Gamma distributions behind each row's factor
 * (the posterior of a Poisson rate), each row given the draw of the row before it.
 * @param input.threshold the cosine in force
 * @returns the cosine that would keep the promise, and the FPIR at the threshold in force
 */
export function intervalsOf(input: {
  table: Pick<EmbedderEntry, 'thresholds' | 'verification'>;
  refinement: Refinement;
  fpir: number;
  gallerySize: number;
  threshold: number;
}): { threshold: Interval; fpir: Interval } {
  const { table, refinement, fpir, gallerySize, threshold } = input;
  const random = seededRandom(1);
  const thresholds: number[] = [];
  const rates: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    let factor = 1;
    const factors = table.thresholds.map(({ fmr }, row) => {
      const shape = ((refinement.counts[row] as number) + TABLE_WEIGHT * factor) / SHARED;
      const rate = (refinement.comparisons * fmr + TABLE_WEIGHT) / SHARED;
      factor = drawGamma(shape, random) / rate;
      return factor;
    });
    const manifestEntry = { thresholds: tableWith({ table, factors }) };
    thresholds.push(thresholdFor({ manifestEntry, fpir, gallerySize }));
    rates.push(searchRate(fmrAt({ manifestEntry, cosine: threshold }), gallerySize));
  }
  return { threshold: percentileInterval(thresholds), fpir: percentileInterval(rates) };
}

/** FPIR of a search of `gallerySize` people: 1 − (1 − FMR)^N, without the loss of digits. */
export function searchRate(fmr: number, gallerySize: number): number {
  return fmr >= 1 ? 1 : -Math.expm1(Math.max(1, gallerySize) * Math.log1p(-fmr));
}

/** Marsaglia and Tsang 2000, ACM TOMS 26:363: shape ≥ 1; below, by their remark, with one power more. */
function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (random() || Number.MIN_VALUE) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = random() || Number.MIN_VALUE;
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Box and Muller. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() || Number.MIN_VALUE)) * Math.cos(2 * Math.PI * random());
}
