import type { Logger } from '../../config/logger.ts';
import type { Watch } from '../../protocol/alerts.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { Alert, Sighting } from '../../protocol/events.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { AlertStore } from './alert.store.ts';
import type { WatchListStore } from './watch-list.store.ts';

/** A sighting that ended longer ago raises no alert when it is given a name: it is no news that calls for anybody. */
const NOW_MS = 60_000;

export type Alerts = Pick<AlertStore, 'list'> & {
  watchList: WatchListStore['list'];
  /** Whoever is in view already raises an alert at once. @returns `undefined` when there is no such person */
  watch(input: { person: string; note: string | null; by: string }): Promise<Watch | undefined>;
  /** @returns false when there is no such person */
  unwatch(input: { person: string; by: string }): Promise<boolean>;
  /** The first one counts, and is told to whoever comes later. @throws {FacewireError} `not-found` */
  acknowledge(input: { id: string; by: string }): Promise<Alert>;
  /** An operator has said who a sighting shows: it may be somebody who is watched, or not be after all. */
  handleAnswer(sighting: Sighting): Promise<void>;
  close(): Promise<void>;
};

/**
 * Raises an alert when somebody on the watch list appears, and tells every console.
 * @param dependencies.written resolves once a sighting that is being written is in the database
 * @param dependencies.tell for other systems; called once for each alert, must not throw
 */
export function createAlerts(dependencies: {
  store: AlertStore;
  watchList: WatchListStore;
  hub: StreamHub;
  written: (sighting: string) => Promise<unknown>;
  tell: (alert: Alert) => void;
  logger: Logger;
}): Alerts {
  const { store, watchList, hub, written, tell, logger } = dependencies;
  const raising = new Set<Promise<void>>();

  const raise = async (sighting: string): Promise<boolean> => {
    await written(sighting);
    const alert = await store.raise(sighting);
    if (!alert) return false;
    hub.raiseAlert(alert);
    tell(alert);
    return true;
  };
  const tryToRaise = (sighting: string) => {
    const one = raise(sighting).then(
      () => {},
      (error: unknown) =>
        logger.error({ err: error }, 'an alert may be missing: the watch list cannot be read'),
    );
    raising.add(one);
    void one.finally(() => raising.delete(one));
  };
  const onSighting = ({ id, personId }: Sighting) => {
    if (personId) tryToRaise(id);
  };
  hub.on('sighting', onSighting);

  return {
    list: (query) => store.list(query),
    watchList: () => watchList.list(),

    async watch(input) {
      const watch = await watchList.set(input);
      if (watch) for (const sighting of hub.liveSightings(input.person)) tryToRaise(sighting);
      return watch;
    },

    unwatch: (input) => watchList.remove(input),

    async acknowledge({ id, by }) {
      const acknowledged = await store.acknowledge({ id, by });
      if (!acknowledged) throw noSuchAlert();
      if (acknowledged.changed) hub.changeAlert(acknowledged.alert);
      return acknowledged.alert;
    },

    async handleAnswer({ id, personId, confirmation, at, until = at }) {
      const isNow = Date.now() - Date.parse(until) < NOW_MS;
      if (personId && isNow && (await raise(id))) return;
      const open = await store.openOf(id);
      if (!open) return;
      const watched = (await watchList.list()).some((one) => one.id === personId);
      if (watched || !confirmation) return hub.changeAlert(open);
      const closed = await store.acknowledge({ id: open.id, by: confirmation.by });
      if (closed) hub.changeAlert(closed.alert);
    },

    async close() {
      hub.off('sighting', onSighting);
      await Promise.all(raising);
    },
  };
}

/** The answer for an id that no alert has. */
export function noSuchAlert(): FacewireError {
  return new FacewireError(
    'not-found',
    'There is no such alert (any more): it goes with its sighting, as when the person is erased.',
  );
}
