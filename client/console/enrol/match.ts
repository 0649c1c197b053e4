import type { IdentifyResponse } from '../api.ts';

/** Somebody else who comes so close to the threshold may one day be taken for the person, or the person for them. */
const NEAR = 0.1;

/** What a photo says of a person who was just enrolled. */
export type Match = {
  verdict: 'recognised' | 'not-recognised' | 'ambiguous' | 'another' | 'poor' | 'no-face';
  /** Cosine of the photo and the person's template; absent where the person is not among the candidates. */
  score?: number;
  threshold?: number;
  /** Who else is most like the photo. */
  nearest?: { name: string; score: number };
  /** Whether they come near the threshold. */
  near: boolean;
  message?: string;
};

/** Judges the largest face of a photo that the gallery was searched for. */
export function matchOf(photo: IdentifyResponse['photos'][number] | undefined, personId: string): Match {
  const face = photo?.faces[0];
  if (!face)
    return { verdict: 'no-face', near: false, ...(photo?.error ? { message: photo.error.message } : {}) };
  const { threshold, candidates, message } = face;
  const score = candidates.find((candidate) => candidate.personId === personId)?.score;
  const other = candidates.find((candidate) => candidate.personId !== personId);
  return {
    verdict: verdictOf(face, personId),
    threshold,
    ...(score === undefined ? {} : { score }),
    ...(other ? { nearest: { name: other.name, score: other.score } } : {}),
    near: other !== undefined && other.score >= threshold - NEAR,
    ...(message ? { message } : {}),
  };
}

function verdictOf(
  { state, person, candidates }: IdentifyResponse['photos'][number]['faces'][number],
  personId: string,
): Match['verdict'] {
  if (state === 'poor-quality') return 'poor';
  if (state === 'identified') return person?.id === personId ? 'recognised' : 'another';
  const among = candidates.some((candidate) => candidate.personId === personId);
  return state === 'ambiguous' && among ? 'ambiguous' : 'not-recognised';
}
