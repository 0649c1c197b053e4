/** How much a worker has to do, over the last seconds. */
export type LoadMeter = {
  /** A crop was embedded. @param ms how long that took, from the moment it was taken up */
  embedded(ms: number): void;
  read(): { cropsPerSecond: number; embedMs?: { p50: number; p99: number } };
};

const WINDOW_MS = 10_000;
/** Crops remembered: more than any device embeds in the window by which it is told. */
const MOST = 20_000;

export function createLoadMeter({ now }: { now: () => number }): LoadMeter {
  let crops: { at: number; ms: number }[] = [];
  return {
    embedded(ms) {
      if (crops.length >= MOST) crops = crops.slice(MOST / 2);
      crops.push({ at: now(), ms });
    },
    read() {
      const since = now() - WINDOW_MS;
      crops = crops.filter(({ at }) => at > since);
      const times = crops.map(({ ms }) => ms).toSorted((a, b) => a - b);
      const cropsPerSecond = times.length / (WINDOW_MS / 1000);
      if (times.length === 0) return { cropsPerSecond };
      const quantile = (q: number) => times[Math.ceil(q * times.length) - 1] as number;
      return { cropsPerSecond, embedMs: { p50: quantile(0.5), p99: quantile(0.99) } };
    },
  };
}
