import { useState } from 'preact/hooks';
import { STAGES, type StageTimings } from '../../protocol/stages.ts';
import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Icon } from './icon.tsx';

/**
 * Milliseconds from capture to label; opened, it shows what each stage took.
 * @param total ms from capture to label
 * @param stages ms for each stage; stages that were not measured are left out
 */
export function LatencyBadge({
  total,
  stages,
  onVideo = false,
  up = false,
}: {
  total: number;
  stages: StageTimings;
  onVideo?: boolean;
  /** Opens upwards: for a badge at the lower edge. */
  up?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const ms = formatMs(total);
  return (
    <details
      class={`latency${onVideo ? ' latency--on-video' : ''}${up ? ' latency--up' : ''}`}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          setOpen(false);
        }
      }}
    >
      <summary class="latency__summary" aria-label={t('ui.latency', { ms })}>
        <Icon name="clock" />
        {t('ui.ms', { ms })}
      </summary>
      {open && (
        <div class="latency__panel">
          <StageBreakdown total={total} stages={stages} />
        </div>
      )}
    </details>
  );
}

/** The way of one crop: each measured stage with its share as a bar, and the whole. Units: ms. */
export function StageBreakdown({ total, stages }: { total: number; stages: StageTimings }) {
  const longest = Math.max(1, ...Object.values(stages));
  return (
    <ol class="latency__stages">
      {STAGES.filter((stage) => stages[stage] !== undefined).map((stage) => {
        const ms = stages[stage] ?? 0;
        return (
          <li key={stage} class="latency__stage">
            <span>{t(`ui.stage.${stage}`)}</span>
            <span class="latency__bar" style={{ inlineSize: `${(100 * ms) / longest}%` }} />
            <span class="latency__value">{t('ui.ms', { ms: formatMs(ms) })}</span>
          </li>
        );
      })}
      <li class="latency__stage latency__total">
        <span>{t('ui.latencyTotal')}</span>
        <span />
        <span class="latency__value">{t('ui.ms', { ms: formatMs(total) })}</span>
      </li>
    </ol>
  );
}

/** Two figures that matter: tenths below 10 ms, whole milliseconds above. */
function formatMs(ms: number): string {
  return ms < 10 ? formatNumber(ms, 1) : formatNumber(ms, 0);
}
