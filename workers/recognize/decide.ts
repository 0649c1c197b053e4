import { AMBIGUITY_MARGIN, candidateProbabilities, thresholdFor } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Candidate, Decision } from '../../protocol/jobs.ts';

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
  const scores = candidates.map(({ score }) => score);
  const [confidence] = candidateProbabilities({ manifestEntry: entry, scores, gallerySize });
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
