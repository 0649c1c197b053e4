/** Further apart than this from the system's clock, and ours is set anew: NTP has stepped it. */
const STEP_MS = 20;

let base = performance.timeOrigin;

/** The wall clock in ms since 1970, with fractions, as stages are shorter than a millisecond. It follows the system's. */
export function now(): number {
  const monotonic = performance.now();
  const wall = Date.now();
  if (Math.abs(wall - (base + monotonic)) > STEP_MS) base = wall - monotonic;
  return base + monotonic;
}
