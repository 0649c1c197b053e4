import { AMBIGUITY_MARGIN, fmrAt, sameProbability, thresholdFor } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Candidate, Decision } from '../../protocol/jobs.ts';

/**
 * Strangers' best scores thin out exponentially: their density at a cosine is the share of them beyond it (the
 * FPIR there) times the slope of ln FMR, 29 per unit in the default model's table. Mates lie there with about
 * 3 per unit. The ratio of the two, 10, gave the right share of right answers above a confidence of 0.8 on LFW:
 * 528 people enrolled by one photo, 1,963 mates, 900 strangers.
 */
const STRANGER_TAIL = 10;

/**
 * What a search means at the operating point.
 * @param options.candidates best first
 * @param options.fpir promised rate of strangers who are given a name, per search
 * @param options.student whose table the entry has, where it is not the embedder's own
 * @param options.gallerySize people searched; the threshold rises with it
 */
export function decide(options: {
  candidates: Candidate[];
  entry: EmbedderEntry;
  student?: string | undefined;
  fpir: number;
  gallerySize: number;
  galleryVersion: number;
}): Decision {
  const { candidates, entry, student, fpir, gallerySize, galleryVersion } = options;
  const threshold = thresholdFor({ manifestEntry: entry, fpir, gallerySize });
  const confidence = confidenceOf({ candidates, entry, gallerySize });
  return {
    state: stateOf({ candidates, threshold }),
    candidates,
    threshold,
    ...(confidence === undefined ? {} : { confidence }),
    gallerySize,
    galleryVersion,
    model: entry.name,
    ...(student === undefined ? {} : { student }),
  };
}

function stateOf(options: { candidates: Candidate[]; threshold: number }): Decision['state'] {
  const { candidates, threshold } = options;
  const [best, second] = candidates;
  if (!best || best.score < threshold) return 'unknown';
  const contested = second && second.score >= threshold && best.score - second.score < AMBIGUITY_MARGIN;
  return contested ? 'ambiguous' : 'identified';
}

/**
 * The probability that the best candidate is right: that two such photographs show one person, that no
 * stranger among `gallerySize` comparisons reached this cosine by chance (as many strangers as mates being
 * searched), and that it is not the runner-up (the likelihood ratios of the two, from the model's calibration).
 */
function confidenceOf(options: {
  candidates: Candidate[];
  entry: EmbedderEntry;
  gallerySize: number;
}): number | undefined {
  const { candidates, entry, gallerySize } = options;
  const [best, second] = candidates;
  if (!best) return undefined;
  const fpir = 1 - (1 - fmrAt({ manifestEntry: entry, cosine: best.score })) ** gallerySize;
  const notByChance = (1 - fpir) / (1 - fpir + STRANGER_TAIL * fpir);
  const lead = second ? best.score - second.score : Number.POSITIVE_INFINITY;
  const notTheRunnerUp = 1 / (1 + Math.exp(-entry.verification.slope * lead));
  return sameProbability({ manifestEntry: entry, cosine: best.score }) * notByChance * notTheRunnerUp;
}
