import type { z } from 'zod';
import type { PhotoFace } from '../../protocol/jobs.ts';
import type { identifiedFaceSchema, identifyResponseSchema } from '../../protocol/rest.ts';
import { type AnalysedPhoto, notAnalysed } from './judge-photos.ts';

type IdentifiedPhoto = z.infer<typeof identifyResponseSchema>['photos'][number];
type IdentifiedFace = z.infer<typeof identifiedFaceSchema>;

/**
 * Who is on a photo, of the people enrolled.
 * @throws {FacewireError} `workers-unavailable` when the photo was not analysed
 */
export function toIdentification({ filename, analysis }: AnalysedPhoto, photo: number): IdentifiedPhoto {
  if (analysis.outcome === 'dropped') throw notAnalysed(filename);
  if (analysis.outcome === 'refused') {
    return { photo, filename, error: { reason: analysis.code, message: analysis.message }, faces: [] };
  }
  const { width, height } = analysis;
  return { photo, filename, width, height, faces: analysis.faces.map((face) => toFace(face, filename)) };
}

function toFace({ box, quality, refusal, decision }: PhotoFace, filename: string): IdentifiedFace {
  if (!decision) throw notAnalysed(filename);
  const { threshold, candidates } = decision;
  const seen = { box, quality, threshold, candidates };
  // A face too poor to enrol is too poor to be named; its candidates are told all the same.
  if (refusal) return { ...seen, state: 'poor-quality', message: refusal.message };
  const best = candidates[0];
  if (decision.state !== 'identified' || !best) {
    return { ...seen, state: decision.state === 'identified' ? 'unknown' : decision.state };
  }
  const { confidence } = decision;
  return {
    ...seen,
    state: 'identified',
    person: { id: best.personId, name: best.name },
    ...(confidence === undefined ? {} : { confidence }),
  };
}
