/** How far a long piece of work is; `fresh` of what is done was not done by an earlier run. */
export type Progress = {
  done: number;
  total: number;
  fresh: number;
  secondsLeft: number | null;
  rate: number;
};

/** The rate that the time left is told by is that of the last so many seconds. */
const RATE_WINDOW_MS = 20_000;

/** Counts what is done, and tells how fast it goes. */
export function createPace(total: number, onProgress: ((progress: Progress) => void) | undefined) {
  const started = performance.now();
  const recent: number[] = [];
  let [done, fresh] = [0, 0];
  let lastFresh = started;
  return {
    tick(kind: 'fresh' | 'old'): void {
      done++;
      const now = performance.now();
      if (kind === 'fresh') {
        fresh++;
        lastFresh = now;
        recent.push(now);
      }
      while ((recent[0] ?? now) < now - RATE_WINDOW_MS) recent.shift();
      const span = Math.max(0.001, (now - Math.max(started, now - RATE_WINDOW_MS)) / 1000);
      const rate = recent.length / span;
      const secondsLeft = rate > 0 ? (total - done) / rate : null;
      onProgress?.({ done, total, fresh, rate, secondsLeft });
    },
    rate: () => (fresh === 0 ? null : fresh / Math.max(0.001, (lastFresh - started) / 1000)),
  };
}
