import type { z } from 'zod';
import { fnmrAt, sameProbability, thresholdForFmr } from '../../models/decision.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { PhotoReport, verifyResponseSchema } from '../../protocol/rest.ts';
import { type AnalysedPhoto, judgeOne } from './judge-photos.ts';
import { cosine } from './template.ts';

type Comparison = z.infer<typeof verifyResponseSchema>;

/**
 * Nearer to even than this a comparison says "not sure". Of LFW's training pairs 3 % of the same and 5 % of the
 * different lie in between.
 */
const SURE = 0.95;
/** Below this quality a better photo would make the comparison surer. */
const LOW_QUALITY = 0.5;
/** Less between the eyes than this, in pixels, is a small face. */
const FEW_PIXELS = 40;

/**
 * Whether two photos show the same person.
 * @param input.faces for photos with several faces: photo index → face index
 * @param input.fmr share of pairs of strangers who may be taken for one person
 * @throws {FacewireError} `no-usable-photo` unless each shows a usable face, chosen where there are several;
 *   `validation` when `faces` names one that is not there; `workers-unavailable`
 */
export function compare(input: {
  photos: readonly AnalysedPhoto[];
  faces?: Readonly<Record<string, number>> | undefined;
  fmr: number;
  model: Pick<EmbedderEntry, 'name' | 'thresholds' | 'verification'>;
}): Comparison {
  const { photos, faces = {}, fmr, model } = input;
  checkFaces(faces, photos.length);
  const judged = photos.map((photo, index) => judgeOne(index, photo, faces[String(index)]));
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
  const threshold = thresholdForFmr({ manifestEntry: model, fmr });
  const probability = sameProbability({ manifestEntry: model, cosine: score });
  const same = score >= threshold;
  return {
    same,
    verdict: verdictOf(same, probability),
    score,
    probability,
    threshold,
    fmr,
    fnmr: fnmrAt({ manifestEntry: model, cosine: threshold }) ?? null,
    model: model.name,
    photos: photos.map((photo, index) => {
      const { analysis } = photo;
      const { report, face } = judged[index] as (typeof judged)[number];
      const hint = hintOf(report.quality);
      return {
        ...report,
        width: analysis.outcome === 'analysed' ? analysis.width : 0,
        height: analysis.outcome === 'analysed' ? analysis.height : 0,
        face: faces[String(index)] ?? 0,
        crop: face?.face.crop ?? '',
        ...(hint ? { hint } : {}),
      };
    }),
  };
}

/** A threshold alone says yes or no; where the photos themselves leave it open, that is said. */
function verdictOf(same: boolean, probability: number): Comparison['verdict'] {
  if (same) return probability >= SURE ? 'same' : 'unsure';
  return probability > 1 - SURE ? 'unsure' : 'different';
}

function hintOf(quality: PhotoReport['quality']): string | undefined {
  if (!quality || quality.score >= LOW_QUALITY) return undefined;
  if (quality.interEyePx < FEW_PIXELS) return 'The face is small. A photo from closer would make this surer.';
  if (quality.brightness < 0.25) return 'The face is dark. More light would make this surer.';
  if (Math.abs(quality.yaw) > 0.5)
    return 'The face is turned away. A photo from the front would make this surer.';
  return 'The face is not sharp. A sharper photo would make this surer.';
}

function checkFaces(faces: Readonly<Record<string, number>>, photos: number): void {
  const unknown = Object.keys(faces).find((key) => Number(key) >= photos);
  if (unknown === undefined) return;
  const message = `names photo ${unknown}, but the photos are 0 and 1`;
  throw new FacewireError('validation', `The field faces ${message}.`, {
    details: { errors: [{ field: 'faces', message }] },
  });
}
