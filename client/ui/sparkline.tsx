/**
 * A row of values as a line, newest at the right; decorative, as the figure stands beside it.
 * @param props.most top of the scale; the largest value where it is not given
 */
export function Sparkline({ values, most }: { values: readonly number[]; most?: number }) {
  const top = Math.max(most ?? 0, ...values, 1e-9);
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  const points = values.map((value, i) => `${(i * step).toFixed(1)},${(22 - (20 * value) / top).toFixed(1)}`);
  return (
    <svg
      class="sparkline"
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {values.length > 1 && <polyline points={points.join(' ')} vector-effect="non-scaling-stroke" />}
    </svg>
  );
}
