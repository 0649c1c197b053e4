import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Sighting } from '../../../protocol/events.ts';
import { SIGHTING_LIMITS } from '../../../protocol/sightings.ts';
import { ApiError, listSightings } from '../api.ts';
import type { ConsoleStore } from '../console.store.ts';
import { isBackwards, isFound, parametersOf, type SightingSearch } from './search.ts';

const PAGE = 100;

type Loaded = { sightings: readonly Sighting[]; next: string | undefined };

/**
 * The sightings that the server has kept, a page at a time, with those on top that came since, each as operators have
 * answered it by now. When the server tells everything anew, as after a lost connection, they are loaded again.
 */
export function useSightings(
  search: ReadonlySignal<SightingSearch>,
  store: Pick<ConsoleStore, 'sightings' | 'changes' | 'snapshots'>,
) {
  const loaded = useSignal<Loaded | undefined>(undefined);
  const state = useSignal<{ busy: boolean; error?: ApiError }>({ busy: false });
  const turn = useSignal(0);

  async function load(options: { after?: string; limit?: number } = {}): Promise<void> {
    const { after, limit = PAGE } = options;
    if (isBackwards(search.peek())) return;
    const mine = ++turn.value;
    const parameters = parametersOf(search.peek(), Date.now());
    parameters.set('limit', String(limit));
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
  useEffect(() => void load(), [search.value]);
  const snapshots = store.snapshots.value;
  useEffect(() => {
    const had = loaded.peek()?.sightings.length;
    if (had !== undefined) void load({ limit: Math.min(SIGHTING_LIMITS.page, Math.max(PAGE, had)) });
  }, [snapshots]);

  const { value } = loaded;
  const known = new Set(value?.sightings.map(({ id }) => id));
  const newest = value?.sightings[0]?.at ?? '';
  const fresh = store.sightings.value.filter(
    (sighting) =>
      sighting.at >= newest && !known.has(sighting.id) && isFound(search.value, sighting, Date.now()),
  );
  const changes = store.changes.value;
  const next = value?.next;
  return {
    list: value && [...fresh, ...value.sightings].map((one) => changes.get(one.id) ?? one),
    ...state.value,
    /** Loads older ones; undefined when there are none. */
    older: next === undefined ? undefined : () => void load({ after: next }),
    reload: () => void load(),
  };
}
