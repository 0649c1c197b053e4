import type { SightingEvidence } from '../../protocol/events.ts';
import type { Decision } from '../../protocol/jobs.ts';

/** What a sighting of a person, or of nobody who is enrolled, rests on. */
export function evidenceOf(decision: Decision, personId: string | undefined): SightingEvidence {
  const { candidates, threshold, gallerySize, model } = decision;
  const shown = personId ? candidates.find((one) => one.personId === personId) : candidates[0];
  const other = candidates.find((one) => one.personId !== personId);
  return {
    ...(shown ? { score: shown.score } : {}),
    threshold,
    gallerySize,
    model,
    ...(other ? { other } : {}),
  };
}
