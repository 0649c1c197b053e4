import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Live work rarely comes alone: a track sends several crops in its first moments, then one a second. Bulk work begins
 * when none has been in hand for this long. Measured on two cores, which slow each other down: with bulk work between
 * crops that come every 100 ms, their p99 is 1.7 times what it is without.
 */
const QUIET_MS = 200;
/** On a worker that is never quiet, bulk work gets this share of the time all the same: slow, but not for ever. */
const LEAST_SHARE = 1 / 40;
/** It waits for at least so many times the moment of quiet. */
const PATIENCE = 5;
const LOOK_EVERY_MS = 5;

/** Lets work that nobody waits for run only between the work that somebody does wait for. */
export type IdleGate = {
  /** Counts live work (a crop, an interactive photo) for as long as it lasts. It never waits. */
  live<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a short piece of bulk work as soon as there is no live work; one piece at a time, in their order. */
  idle<T>(work: () => Promise<T>): Promise<T>;
};

export function createIdleGate(options: { quietMs?: number; leastShare?: number } = {}): IdleGate {
  const { quietMs = QUIET_MS, leastShare = LEAST_SHARE } = options;
  let inHand = 0;
  let lastLiveAt = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();
  const leastWaitMs = PATIENCE * quietMs;
  let longestWaitMs = leastWaitMs;

  const untilQuiet = async (): Promise<void> => {
    const since = performance.now();
    const busy = () => inHand > 0 || performance.now() - lastLiveAt < quietMs;
    while (busy() && performance.now() - since < longestWaitMs) await sleep(LOOK_EVERY_MS);
  };
  const measured = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      longestWaitMs = Math.max(leastWaitMs, (performance.now() - startedAt) / leastShare);
    }
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
      const result = last.then(untilQuiet).then(() => measured(work));
      last = result.catch(() => {});
      return result;
    },
  };
}
