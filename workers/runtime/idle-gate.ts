import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Live work rarely comes alone: a track sends several crops in its first moments. Bulk work begins when none has
 * been in hand for this long.
 */
const QUIET_MS = 60;
/** On a worker that is never quiet, a piece of bulk work goes ahead after this time: slow, but not for ever. */
const LONGEST_WAIT_MS = 3000;
const LOOK_EVERY_MS = 10;

/** Lets work that nobody waits for run only between the work that somebody does wait for. */
export type IdleGate = {
  /** Counts live work (a crop, an interactive photo) for as long as it lasts. It never waits. */
  live<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a short piece of bulk work as soon as there is no live work; one piece at a time, in their order. */
  idle<T>(work: () => Promise<T>): Promise<T>;
};

export function createIdleGate(options: { quietMs?: number; longestWaitMs?: number } = {}): IdleGate {
  const { quietMs = QUIET_MS, longestWaitMs = LONGEST_WAIT_MS } = options;
  let inHand = 0;
  let lastLiveAt = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();

  const untilQuiet = async (): Promise<void> => {
    const since = performance.now();
    const busy = () => inHand > 0 || performance.now() - lastLiveAt < quietMs;
    while (busy() && performance.now() - since < longestWaitMs) await sleep(LOOK_EVERY_MS);
  };
  return {
    async live(work) {
      inHand += 1;
      try {
        return await work();
      } finally {
        inHand -= 1;
        lastLiveAt = performance.now();
      }
    },
    idle(work) {
      const result = last.then(untilQuiet).then(work);
      last = result.catch(() => {});
      return result;
    },
  };
}
