import { useEffect, useState } from 'preact/hooks';
import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { monotonicNow } from '../net/clock.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import type { Headline } from './headline.ts';
import { HEADLINE_LOOKS, type HeadlineAction } from './headline-look.ts';
import type { ModelsState } from './kiosk.state.ts';

/** The large line: who is in front, or what keeps the kiosk from telling, and what to do about it. */
export function Line({
  headline,
  models,
  retryAt,
  onAction,
}: {
  headline: Headline;
  models: ModelsState;
  /** ms of `monotonicNow`, while a countdown runs. */
  retryAt?: number | undefined;
  onAction: (action: HeadlineAction) => void;
}) {
  const { state, label, detail } = headline;
  const { tone, icon, action } = HEADLINE_LOOKS[state];
  const identified = state === 'identified';
  return (
    <section class={`line state--${tone}`}>
      <span class="line__icon">
        <Icon name={icon} spin={icon === 'loading'} />
      </span>
      <div class="line__words" aria-live="polite" aria-atomic="true">
        <p
          class="line__title"
          data-testid="label"
          data-state={state}
          data-person-id={identified ? label?.personId : undefined}
          data-latency-ms={label ? label.latency.toFixed(1) : undefined}
        >
          {(identified && label?.name) || t(`kiosk.headline.${state}.title`)}
        </p>
        <p class="line__help">
          {identified && label?.confidence !== undefined
            ? t('kiosk.confidence', { percent: Math.floor(100 * label.confidence) })
            : t(`kiosk.headline.${state}.help`)}
        </p>
        {detail && <p class="line__detail">{detail}</p>}
      </div>
      <div class="line__side">
        {state === 'loading-models' && models.kind === 'loading' && <Loading {...models} />}
        {retryAt !== undefined && state === 'offline' && <Countdown until={retryAt} />}
        {action && (
          <Button variant="primary" size="large" onClick={() => onAction(action)}>
            {t(`kiosk.action.${action}`)}
          </Button>
        )}
      </div>
    </section>
  );
}

function Loading({ loaded, total }: { loaded: number; total: number }) {
  // All bytes are here: what is left is compiling and the self-test, which tell no progress.
  if (total === 0 || loaded >= total) return <ProgressBar label={t('kiosk.preparing')} />;
  return (
    <ProgressBar
      label={t('kiosk.download', { loaded: megabytes(loaded), total: megabytes(total) })}
      value={loaded / total}
    />
  );
}

/** Outside the live region: a voice that counts seconds helps nobody. */
function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(monotonicNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(monotonicNow()), 250);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class="line__countdown figure">
      {t('kiosk.retryIn', { seconds: Math.max(0, Math.ceil((until - now) / 1000)) })}
    </p>
  );
}

function megabytes(bytes: number): string {
  return formatNumber(bytes / 1e6, 1);
}
