import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Sighting } from '../../protocol/events.ts';
import { ApiError, listSightings } from './api.ts';

export const PERIODS = ['all', 'hour', 'day', 'week'] as const;
const PERIOD_MS = { all: Number.POSITIVE_INFINITY, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** What the page looks for; an empty text is no condition. */
export type SightingSearch = {
  q: string;
  stream: string;
  state: '' | Sighting['state'];
  period: (typeof PERIODS)[number];
};

/** Whether anything is looked for: then an empty list does not mean that nothing happened. */
export function searches({ q, stream, state, period }: SightingSearch): boolean {
  return Boolean(q || stream || state) || period !== 'all';
}

/** @param now ms, the end of the period */
export function parametersOf({ q, stream, state, period }: SightingSearch, now: number): URLSearchParams {
  const parameters = new URLSearchParams();
  if (q) parameters.set('q', q);
  if (stream) parameters.set('stream', stream);
  if (state) parameters.set('state', state);
  if (period !== 'all') parameters.set('from', new Date(now - PERIOD_MS[period]).toISOString());
  return parameters;
}

export function exportUrl(search: SightingSearch): string {
  return `/sightings.csv?${parametersOf(search, Date.now())}`;
}

/** Whether a sighting that is just told of belongs to what is looked for. */
export function isFound(
  { q, stream, state, period }: SightingSearch,
  sighting: Sighting,
  now: number,
): boolean {
  return (
    (!q || (sighting.name ?? '').toLocaleLowerCase().includes(q.toLocaleLowerCase())) &&
    (!stream || sighting.stream === stream) &&
    (!state || sighting.state === state) &&
    Date.parse(sighting.until ?? sighting.at) >= now - PERIOD_MS[period]
  );
}

type Loaded = { sightings: readonly Sighting[]; next: string | undefined };

/**
 * The sightings that the server has kept, a page at a time, with those on top that came since.
 * @param live newest first
 */
export function useSightings(
  search: ReadonlySignal<SightingSearch>,
  live: ReadonlySignal<readonly Sighting[]>,
) {
  const loaded = useSignal<Loaded | undefined>(undefined);
  const state = useSignal<{ busy: boolean; error?: ApiError }>({ busy: false });
  const turn = useSignal(0);

  async function load(after: string | undefined): Promise<void> {
    const mine = ++turn.value;
    const parameters = parametersOf(search.peek(), Date.now());
    if (after) parameters.set('after', after);
    state.value = { busy: true };
    try {
      const page = await listSightings(parameters);
      if (turn.peek() !== mine) return;
      const before = after ? (loaded.peek()?.sightings ?? []) : [];
      loaded.value = { sightings: [...before, ...page.sightings], next: page.next };
      state.value = { busy: false };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn.peek() === mine) state.value = { busy: false, error };
    }
  }
  useEffect(() => void load(undefined), [search.value]);

  const { value } = loaded;
  const known = new Set(value?.sightings.map(({ id }) => id));
  const newest = value?.sightings[0]?.at ?? '';
  const fresh = live.value.filter(
    (sighting) =>
      sighting.at >= newest && !known.has(sighting.id) && isFound(search.value, sighting, Date.now()),
  );
  const next = value?.next;
  return {
    list: value && [...fresh, ...value.sightings],
    ...state.value,
    /** Loads older ones; undefined when there are none. */
    older: next === undefined ? undefined : () => void load(next),
    reload: () => void load(undefined),
  };
}
