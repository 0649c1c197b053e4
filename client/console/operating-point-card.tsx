import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { OperatingPointResponse } from '../../protocol/operating-point.ts';
import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { RadioGroup } from '../ui/radio.tsx';
import { showToast } from '../ui/toast.tsx';
import { formatPercent, formatRate, formatTime } from './format.ts';
import { getOperatingPoint, setFpir } from './trust-calls.ts';
import { useTask } from './use-task.ts';

/** A threshold raised by less (cosine) is none that anybody would notice. */
const NOTICEABLE = 0.005;

const RENEW_MS = 10_000;

/** The promise about strangers: what it is, what it rests on, what another one would cost. */
export function OperatingPointCard() {
  const [shown, load] = useTask(getOperatingPoint);
  const [saving, save] = useTask(async (fpir: number) => {
    const changed = await setFpir(fpir);
    showToast({ state: 'ok', text: t('console.operatingPoint.saved') });
    void load();
    return changed;
  });
  const chosen = useSignal<number | undefined>(undefined);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), RENEW_MS);
    return () => clearInterval(timer);
  }, []);
  const { value, error } = shown.value;
  return (
    <Card title={t('console.operatingPoint.title')}>
      <p class="muted">{t('console.operatingPoint.lead')}</p>
      {!value && !error && <LoadingState />}
      {!value && error && (
        <ErrorState title={t('console.operatingPoint.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      )}
      {value && (
        <form
          class="form"
          data-testid="operating-point"
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen.value !== undefined) void save(chosen.value);
          }}
        >
          <Notice state="info" title={value.promise} />
          <RadioGroup
            legend={t('console.operatingPoint.legend')}
            value={chosen.value ?? value.fpir}
            disabled={saving.value.busy}
            options={value.choices.map((choice) => ({
              value: choice.fpir,
              label: t('console.operatingPoint.choice', { percent: formatRate(choice.fpir) }),
              hint: recognisedText(choice.recognised),
            }))}
            onValue={(fpir) => {
              chosen.value = fpir;
            }}
          />
          {saving.value.error && (
            <Notice state="error" live title={t('console.operatingPoint.saveFailed')}>
              <p>{saving.value.error.message}</p>
            </Notice>
          )}
          <Button
            type="submit"
            variant="primary"
            icon="check"
            busy={saving.value.busy}
            disabled={chosen.value === undefined || chosen.value === value.fpir}
          >
            {t('console.operatingPoint.save')}
          </Button>
          <Facts point={value} />
        </form>
      )}
    </Card>
  );
}

function Facts({ point }: { point: OperatingPointResponse }) {
  const { threshold, thresholdInterval, expectedFpir, basis, gallery, computedAt, stale } = point;
  const people = t('console.operatingPoint.gallery', { count: point.gallerySize });
  return (
    <>
      <dl class="facts">
        <Fact name={t('console.operatingPoint.threshold')}>
          {t('console.operatingPoint.thresholdValue', {
            threshold: formatNumber(threshold, 3),
            low: formatNumber(thresholdInterval.low, 3),
            high: formatNumber(thresholdInterval.high, 3),
          })}
        </Fact>
        <Fact name={t('console.operatingPoint.expected')}>
          {t('console.operatingPoint.expectedValue', {
            low: formatRate(expectedFpir.low),
            high: formatRate(expectedFpir.high),
          })}
        </Fact>
        <Fact name={t('console.operatingPoint.basis')}>{t(`console.operatingPoint.${basis}`)}</Fact>
        <Fact name={t('console.operatingPoint.galleryLabel')}>
          {gallery.effect === 'none' || threshold - gallery.shippedThreshold < NOTICEABLE
            ? t('console.operatingPoint.noEffect', { people })
            : t('console.operatingPoint.raised', {
                people,
                factor: formatNumber(gallery.factor, 1),
                threshold: formatNumber(threshold, 3),
                shipped: formatNumber(gallery.shippedThreshold, 3),
              })}{' '}
          {gallery.likelyDuplicates > 0 &&
            t('console.operatingPoint.duplicates', { count: gallery.likelyDuplicates })}
        </Fact>
      </dl>
      <p class="small muted">
        {point.recognisedBasis !== 'none' &&
          t(
            point.recognisedBasis === 'gallery'
              ? 'console.operatingPoint.basisGallery'
              : 'console.operatingPoint.basisModel',
          )}{' '}
        {stale
          ? t('console.operatingPoint.stale')
          : t('console.operatingPoint.computed', { time: formatTime(computedAt, Date.now()) })}
      </p>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="facts__row">
      <dt>{name}</dt>
      <dd class="muted">{children}</dd>
    </div>
  );
}

function recognisedText(recognised: OperatingPointResponse['choices'][number]['recognised']): string {
  if (!recognised) return t('console.operatingPoint.notMeasured');
  const percent = formatPercent(recognised.value);
  if (recognised.low === undefined || recognised.high === undefined) {
    return t('console.operatingPoint.recognised', { percent });
  }
  return t('console.operatingPoint.recognisedRange', {
    percent,
    low: formatPercent(recognised.low),
    high: formatPercent(recognised.high),
  });
}
