import type { StreamView } from '../console.store.ts';
import { matches } from '../search-box.tsx';

export const SHOWN = ['all', 'online', 'offline', 'people'] as const;
export type Shown = (typeof SHOWN)[number];

export type Choice = {
  /** Words of a stream's name or place, or of the name of somebody in view. */
  query: string;
  shown: Shown;
  /** Empty for every place. */
  place: string;
};

/** The streams that the choice leaves, pinned ones first. Reads only the signals that the choice is about. */
export function chooseStreams(
  streams: readonly StreamView[],
  { query, shown, place }: Choice,
  pinned: readonly string[],
): StreamView[] {
  const chosen = streams.filter((stream) => {
    const info = stream.info.value;
    if (place !== '' && info.place !== place) return false;
    if (shown === 'online' && !info.online) return false;
    if (shown === 'offline' && info.online) return false;
    if (shown === 'people' && stream.tracks.value.length === 0) return false;
    return query.trim() === '' || matches(query, [info.name, info.place, ...namesInView(stream)]);
  });
  const rank = ({ id }: StreamView) => (pinned.includes(id) ? pinned.indexOf(id) : pinned.length);
  return chosen.sort((a, b) => rank(a) - rank(b));
}

function namesInView({ tracks }: StreamView): string[] {
  return tracks.value.flatMap(({ label }) => label.value.name ?? []);
}

/** Every place that a stream names, in alphabetical order. */
export function placesOf(streams: readonly StreamView[]): string[] {
  return [...new Set(streams.map(({ info }) => info.value.place).filter(Boolean))].sort((a, b) =>
    a.localeCompare(b),
  );
}
