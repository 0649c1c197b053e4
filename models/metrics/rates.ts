/** A share with its 95 % interval. */
export type Rate = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What was counted, out of how many trials. */
  readonly count: number;
  readonly of: number;
};

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * A share with the Wilson score interval (Wilson 1927, J. Am. Stat. Assoc. 22:209), which holds for rates near 0 and
 * 1 too, where ISO/IEC 19795-1 warns of the normal approximation.
 * @returns null without trials
 */
export function wilson({ count, of }: { count: number; of: number }): Rate | null {
  if (of <= 0) return null;
  const value = count / of;
  const middle = (value + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((value * (1 - value)) / of + Z ** 2 / (4 * of ** 2));
  // At the ends the bound is the rate itself, but for rounding.
  const low = count === 0 ? 0 : Math.max(0, middle - half);
  const high = count === of ? 1 : Math.min(1, middle + half);
  return { value, low, high, count, of };
}

/** √(p(1−p)/n), the standard error of a share among independent trials. */
export function binomialError({ value, of }: Pick<Rate, 'value' | 'of'>): number {
  return Math.sqrt((value * (1 - value)) / of);
}

/** Mean and standard error of a few folds' values: s/√n with the sample deviation. */
export function meanWithError(values: readonly number[]): { mean: number; error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, error: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}

/** Two-sided 95 % quantile of Student's t, by the Cornish–Fisher expansion (within 0.2 % from 9 degrees on). */
export function studentQuantile(degrees: number): number {
  const first = (Z ** 3 + Z) / 4;
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  return Z + first / degrees + second / degrees ** 2;
}

/**
 * Whether so many trials can support a rate at all: by the rule of 3 (ISO/IEC 19795-1), none of n gives an error
 * rate below 3/n with 95 % confidence.
 */
export function isSupported({ rate, trials }: { rate: number; trials: number }): boolean {
  return trials * rate >= 3;
}

/** The 2.5 % and 97.5 % quantiles of resampled values (Efron's percentile interval). */
export function percentileInterval(values: readonly number[]): { low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { low: at(0.025), high: at(0.975) };
}
