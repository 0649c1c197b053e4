/** One crop in so many decides how good it is. */
const KEPT_BACK = 4;

/**
 * Divides crops into those to learn from and those to measure by: of each sighting the last of every four, of those with
 * fewer the last. A sighting with one crop is learnt from.
 */
export function keptBack<T>(crops: readonly { sighting: string; sample: T }[]): { learnt: T[]; back: T[] } {
  const learnt: T[] = [];
  const back: T[] = [];
  for (const group of Map.groupBy(crops, ({ sighting }) => sighting).values()) {
    for (const [i, { sample }] of group.entries()) {
      const measures =
        i > 0 && (i % KEPT_BACK === KEPT_BACK - 1 || i === Math.min(group.length, KEPT_BACK) - 1);
      (measures ? back : learnt).push(sample);
    }
  }
  return { learnt, back };
}
