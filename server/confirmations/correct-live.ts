import type { Labeller } from '../labels/labeller.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { Answered } from './confirmation.store.ts';

/**
 * Makes every screen show an answer at once: the sighting's rows, and the live track where it still lasts.
 * @param dependencies.correct tells the labeller of the track's kiosk
 */
export function createLiveCorrection(dependencies: {
  hub: StreamHub;
  correct: (track: { stream: string; track: number }, answer: Parameters<Labeller['correct']>[1]) => void;
}): (answered: Answered) => void {
  const { hub, correct } = dependencies;
  return ({ sighting, recognised }) => {
    const { personId: id, name = '', confirmation } = sighting;
    const track = hub.change(sighting);
    if (!track) return;
    const person = id ? { id, name } : undefined;
    const verdict = confirmation?.verdict;
    correct(track, {
      recognised,
      denied: verdict === 'no' || verdict === 'other',
      is: verdict === 'other' ? person : undefined,
      person,
    });
  };
}
