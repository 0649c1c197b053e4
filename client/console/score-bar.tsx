import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';

/** A cosine similarity as a bar with the threshold marked; below zero the bar is empty. */
export function ScoreBar({ label, score, threshold }: { label: string; score: number; threshold: number }) {
  const percent = (value: number): string => `${100 * Math.min(1, Math.max(0, value))}%`;
  const passed = score >= threshold;
  return (
    <div class={passed ? 'score score--passed' : 'score'}>
      <span class="truncate" title={label}>
        {label}
      </span>
      <span class="score__track" aria-hidden="true">
        <span class="score__bar" style={{ inlineSize: percent(score) }} />
        <span class="score__threshold" style={{ insetInlineStart: percent(threshold) }} />
      </span>
      <span class="figure">{formatNumber(score, 2)}</span>
      <span class="visually-hidden">
        {t(passed ? 'console.score.above' : 'console.score.below', { threshold: formatNumber(threshold, 2) })}
      </span>
    </div>
  );
}
