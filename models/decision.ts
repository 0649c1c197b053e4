import type { EmbedderEntry } from './manifest.schema.ts';

/**
 * Two people who both pass the threshold are told apart only by a lead of this much: by the default model's
 * calibration it makes the first 35 times as likely as the second (0.05 made it 3 times). Of LFW people enrolled
 * twice under two names, among 500, 80 % of the probes above the threshold are then ambiguous (95 % with three
 * photos for each name; 42 % and 67 % at 0.05). It costs little, since somebody else passes the threshold in about
 * the promised share of searches only: of 3,864 probes of 1,000 people enrolled once it took the right name from 4.
 */
export const AMBIGUITY_MARGIN = 0.15;

/**
 * The cosine from which a search result counts as a match, such that a stranger is named in at most
 * a share `fpir` of searches. A search makes `gallerySize` comparisons, taken as independent:
 * FPIR = 1 − (1 − FMR)^N (ISO/IEC 19795-1), so FMR = 1 − (1 − FPIR)^(1/N).
 * Between the rows of the model's table the cosine is interpolated over log10 FMR; beyond its ends
 * the nearest row holds, because a guess outside the data would be no promise.
 * @param fpir false positive identification rate per search, above 0 and below 1
 * @param gallerySize people that a probe is compared with; below 1 counts as 1
 * @throws RangeError when `fpir` is not between 0 and 1
 */
export function thresholdFor({
  manifestEntry,
  fpir,
  gallerySize,
}: {
  manifestEntry: Pick<EmbedderEntry, 'thresholds'>;
  fpir: number;
  gallerySize: number;
}): number {
  return thresholdForFmr({ manifestEntry, fmr: fmrFor({ fpir, gallerySize }) });
}

/**
 * The false match rate of one comparison that keeps a search of `gallerySize` people at `fpir`.
 * @throws RangeError when `fpir` is not between 0 and 1
 */
export function fmrFor({ fpir, gallerySize }: { fpir: number; gallerySize: number }): number {
  if (!(fpir > 0 && fpir < 1)) throw new RangeError(`The FPIR must lie between 0 and 1, not ${fpir}.`);
  // expm1 and log1p keep the digits that 1 − (1 − ε)^(1/N) would lose for large N.
  return -Math.expm1(Math.log1p(-fpir) / Math.max(1, gallerySize));
}

/** The cosine at which strangers reach a match in a share `fmr` of comparisons, clamped to the table's ends. */
export function thresholdForFmr({
  manifestEntry: { thresholds },
  fmr,
}: {
  manifestEntry: Pick<EmbedderEntry, 'thresholds'>;
  fmr: number;
}): number {
  const [loosest, strictest] = [thresholds[0], thresholds.at(-1)];
  if (!loosest || !strictest) throw new RangeError('The threshold table is empty.');
  if (fmr >= loosest.fmr) return loosest.cosine;
  for (const [i, row] of thresholds.entries()) {
    const previous = thresholds[i - 1];
    if (!previous || fmr < row.fmr) continue;
    const part = Math.log(fmr / previous.fmr) / Math.log(row.fmr / previous.fmr);
    return previous.cosine + part * (row.cosine - previous.cosine);
  }
  return strictest.cosine;
}

/** The share of comparisons of strangers that reach `cosine`: the inverse of {@link thresholdForFmr}, clamped alike. */
export function fmrAt({
  manifestEntry: { thresholds },
  cosine,
}: {
  manifestEntry: Pick<EmbedderEntry, 'thresholds'>;
  cosine: number;
}): number {
  const [loosest, strictest] = [thresholds[0], thresholds.at(-1)];
  if (!loosest || !strictest) throw new RangeError('The threshold table is empty.');
  if (cosine <= loosest.cosine) return loosest.fmr;
  for (const [i, row] of thresholds.entries()) {
    const previous = thresholds[i - 1];
    if (!previous || cosine > row.cosine) continue;
    const part = (cosine - previous.cosine) / (row.cosine - previous.cosine);
    return previous.fmr * (row.fmr / previous.fmr) ** part;
  }
  return strictest.fmr;
}

/**
 * The calibrated probability that two photographs show the same person, where same and different
 * were equally likely before: logistic in the cosine, fitted on pairs of known identity.
 * @param cosine of the two embeddings, −1 to 1
 */
export function sameProbability({
  manifestEntry: { verification },
  cosine,
}: {
  manifestEntry: Pick<EmbedderEntry, 'verification'>;
  cosine: number;
}): number {
  return 1 / (1 + Math.exp(-(verification.slope * cosine + verification.intercept)));
}

/**
 * The share of comparisons of one person's photographs, one against one, that miss `cosine`: between the rows of the
 * model's table interpolated over the log odds, beyond its ends as the nearest row has it.
 * @returns `undefined` when the table has no such rates
 */
export function fnmrAt({
  manifestEntry: { thresholds },
  cosine,
}: {
  manifestEntry: Pick<EmbedderEntry, 'thresholds'>;
  cosine: number;
}): number | undefined {
  const rows = thresholds.flatMap(({ cosine, fnmr }) => (fnmr === undefined ? [] : [{ cosine, fnmr }]));
  const [loosest, strictest] = [rows[0], rows.at(-1)];
  if (!loosest || !strictest) return undefined;
  if (cosine <= loosest.cosine) return loosest.fnmr;
  for (const [i, row] of rows.entries()) {
    const previous = rows[i - 1];
    if (!previous || cosine > row.cosine) continue;
    const part = (cosine - previous.cosine) / (row.cosine - previous.cosine);
    const odds = logOdds(previous.fnmr) + part * (logOdds(row.fnmr) - logOdds(previous.fnmr));
    return 1 / (1 + Math.exp(-odds));
  }
  return strictest.fnmr;
}

/** Of a measured share; 0 and 1 are taken as one in ten thousand from the end. */
function logOdds(share: number): number {
  const inside = Math.min(1 - 1e-4, Math.max(1e-4, share));
  return Math.log(inside / (1 - inside));
}

/**
 * Strangers' best scores thin out exponentially: their density at a cosine is the share of them beyond it (the
 * FPIR there) times the slope of ln FMR, 29 per unit in the default model's table. Mates lie there with about
 * 3 per unit. The ratio of the two, 10, gave the right share of right answers above a confidence of 0.8 on LFW:
 * 528 people enrolled by one photo, 1,963 mates, 900 strangers.
 */
const STRANGER_TAIL = 10;

/**
 * For each candidate of a search the probability that it is right: that two such photographs show one person, that no
 * stranger among `gallerySize` comparisons reached this cosine by chance (as many strangers as mates being searched),
 * and that it is not the strongest other candidate (the likelihood ratio of the two, from the model's calibration).
 * @param options.scores cosines of the candidates
 * @returns in their order
 */
export function candidateProbabilities(options: {
  manifestEntry: Pick<EmbedderEntry, 'thresholds' | 'verification'>;
  scores: readonly number[];
  gallerySize: number;
}): number[] {
  const { manifestEntry, scores, gallerySize } = options;
  return scores.map((score, i) => {
    const fpir = 1 - (1 - fmrAt({ manifestEntry, cosine: score })) ** gallerySize;
    const notByChance = (1 - fpir) / (1 - fpir + STRANGER_TAIL * fpir);
    const lead = score - Math.max(...scores.filter((_, other) => other !== i));
    const notTheOther = 1 / (1 + Math.exp(-manifestEntry.verification.slope * lead));
    return sameProbability({ manifestEntry, cosine: score }) * notByChance * notTheOther;
  });
}
