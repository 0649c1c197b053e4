import type { z } from 'zod';
import { sameProbability, thresholdForFmr } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { verifyResponseSchema } from '../../protocol/rest.ts';
import { type AnalysedPhoto, judgeOne } from './judge-photos.ts';
import { cosine } from './template.ts';

/** One pair of strangers in ten thousand is taken for the same person. */
const VERIFY_FMR = 1e-4;

/**
 * Whether two photos show the same person.
 * @throws {FacewireError} `no-usable-photo` unless each shows exactly one usable face; `workers-unavailable`
 */
export function compare(input: {
  photos: readonly AnalysedPhoto[];
  model: Pick<EmbedderEntry, 'name' | 'thresholds' | 'verification'>;
}): z.infer<typeof verifyResponseSchema> {
  const { photos, model } = input;
  const judged = photos.map((photo, index) => judgeOne(index, photo, undefined));
  const [a, b] = judged.map(({ face }) => face?.embedding);
  if (!a || !b) {
    const reports = judged.map(({ report }) => report);
    const reasons = reports.filter(({ accepted }) => !accepted);
    throw new FacewireError(
      'no-usable-photo',
      reasons.map(({ filename, message }) => `${filename}: ${message}`).join(' '),
      { details: { photos: reports } },
    );
  }
  const score = cosine(a, b);
  const threshold = thresholdForFmr({ manifestEntry: model, fmr: VERIFY_FMR });
  return {
    same: score >= threshold,
    score,
    probability: sameProbability({ manifestEntry: model, cosine: score }),
    threshold,
    fmr: VERIFY_FMR,
    model: model.name,
  };
}
