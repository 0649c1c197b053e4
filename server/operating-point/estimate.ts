import { fmrAt, fnmrAt, thresholdFor } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { wilson } from '../../models/metrics/rates.ts';
import { FPIR_PRESETS, type OperatingPointResponse } from '../../protocol/operating-point.ts';
import { intervalsOf, searchRate } from './interval.ts';
import type { Refinement } from './refine.ts';

/** With so many people who have two photos or more, the gallery itself tells how many would be recognised. */
const ENOUGH_PEOPLE = 20;

type Recognised = OperatingPointResponse['choices'][number]['recognised'];

/** A model's table as the gallery has refined it, and the gallery that it was made from. */
export type RefinedTable = {
  model: EmbedderEntry;
  refinement: Refinement;
  /** Of each person with two photos or more: each photo's cosine to the template of the others. */
  own: readonly (readonly number[])[];
  gallerySize: number;
  /** Version of the gallery's log. */
  galleryVersion: number;
  computedAt: string;
};

/** What GET /operating-point tells. */
export function describe(input: {
  table: RefinedTable;
  fpir: number;
  stale: boolean;
}): OperatingPointResponse {
  const { table, fpir, stale } = input;
  const { model, refinement, gallerySize } = table;
  const threshold = thresholdFor({ manifestEntry: refinement, fpir, gallerySize });
  const shippedThreshold = thresholdFor({ manifestEntry: model, fpir, gallerySize });
  const intervals = intervalsOf({ table: model, refinement, fpir, gallerySize, threshold });
  const shippedRate = searchRate(fmrAt({ manifestEntry: model, cosine: shippedThreshold }), gallerySize);
  const rate = searchRate(fmrAt({ manifestEntry: refinement, cosine: shippedThreshold }), gallerySize);
  const basis = table.own.length >= ENOUGH_PEOPLE ? 'gallery' : 'model';
  const recognised = (cosine: number) =>
    basis === 'gallery' ? recognisedAt(table.own, cosine) : fromModel(model, cosine);
  const choices = [...new Set([...FPIR_PRESETS, fpir])].sort((a, b) => b - a);
  return {
    fpir,
    promise: promiseOf(fpir),
    model: model.name,
    gallerySize,
    threshold,
    thresholdInterval: intervals.threshold,
    expectedFpir: intervals.fpir,
    basis: isMeasured(refinement, threshold) ? 'measured' : 'extrapolated',
    gallery: {
      shippedThreshold,
      effect: threshold > shippedThreshold + 0.0005 ? 'raised' : 'none',
      comparisons: refinement.comparisons,
      factor: rate / shippedRate,
      likelyDuplicates: Math.round(refinement.leftOut / 2),
    },
    choices: choices.map((choice) => {
      const cosine = thresholdFor({ manifestEntry: refinement, fpir: choice, gallerySize });
      return { fpir: choice, threshold: cosine, recognised: recognised(cosine) };
    }),
    recognisedBasis: recognised(threshold) ? basis : 'none',
    computedAt: table.computedAt,
    stale,
  };
}

/** "Of 1,000 strangers …": the promise in the largest round number of strangers that makes it a whole one. */
export function promiseOf(fpir: number): string {
  let [strangers, named] = [100, fpir * 100];
  while (named < 0.995 || Math.abs(named - Math.round(named)) > 0.05) {
    if (strangers >= 1_000_000) break;
    [strangers, named] = [strangers * 10, named * 10];
  }
  const count = Math.round(named);
  return (
    `Of ${strangers.toLocaleString('en')} strangers who look into a kiosk, at most ${count.toLocaleString('en')} ` +
    `${count === 1 ? 'is' : 'are'} given a name.`
  );
}

/** Whether the row that decides at a cosine, the stricter of its two neighbours, has scores behind it. */
function isMeasured({ thresholds }: Refinement, cosine: number): boolean {
  return !(thresholds.find((row) => row.cosine >= cosine) ?? { extrapolated: true }).extrapolated;
}

/** Leave-one-photo-out; each person counts once. */
function recognisedAt(own: RefinedTable['own'], cosine: number): Recognised {
  const passed = own.map((scores) => scores.filter((score) => score >= cosine).length / scores.length);
  const rate = wilson({ count: passed.reduce((sum, share) => sum + share, 0), of: own.length });
  return rate && { value: rate.value, low: rate.low, high: rate.high };
}

/** What the model's own photographs showed: one photo enrolled, one seen. */
function fromModel(model: EmbedderEntry, cosine: number): Recognised {
  const missed = fnmrAt({ manifestEntry: model, cosine });
  return missed === undefined ? null : { value: 1 - missed };
}
