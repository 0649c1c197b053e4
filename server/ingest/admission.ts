/**
 * Freshest-first admission for one kiosk: a track has at most one crop in flight and one waiting, and the
 * waiting one gives way to a newer one, so nothing queues up behind slow workers.
 */
export type Admission<T> = {
  /** Starts `crop` now, keeps it waiting, or drops what it replaces or itself. */
  offer(track: number, crop: T): void;
  /** Forgets what waits. */
  clear(): void;
};

const MAX_IN_FLIGHT = 8;
const MAX_WAITING = 16;

/**
 * @param options.start begins the work on a crop; its end, good or bad, makes room for the next
 * @param options.drop told of each crop that is not started, and why
 */
export function createAdmission<T>(options: {
  start: (crop: T) => Promise<void>;
  drop: (crop: T, reason: 'superseded' | 'busy') => void;
}): Admission<T> {
  const inFlight = new Set<number>();
  const waiting = new Map<number, T>();

  const run = (track: number, crop: T) => {
    inFlight.add(track);
    void options.start(crop).finally(() => {
      inFlight.delete(track);
      next();
    });
  };

  const next = () => {
    for (const [track, crop] of waiting) {
      if (inFlight.size >= MAX_IN_FLIGHT) return;
      if (inFlight.has(track)) continue;
      waiting.delete(track);
      run(track, crop);
    }
  };

  return {
    offer(track, crop) {
      if (!inFlight.has(track) && inFlight.size < MAX_IN_FLIGHT) {
        run(track, crop);
        return;
      }
      const replaced = waiting.get(track);
      if (replaced !== undefined) options.drop(replaced, 'superseded');
      else if (waiting.size >= MAX_WAITING) {
        options.drop(crop, 'busy');
        return;
      }
      waiting.set(track, crop);
    },
    clear: () => waiting.clear(),
  };
}
