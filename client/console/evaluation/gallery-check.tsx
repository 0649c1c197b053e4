import type { GalleryCheckResponse } from '../../../protocol/operating-point.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState, Notice } from '../../ui/message.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { formatRate } from '../format.ts';
import { checkGallery } from '../trust-calls.ts';
import { useTask } from '../use-task.ts';
import { Duplicates, SinglePhotos, WeakPhotos } from './gallery-lists.tsx';
import { scoresPlot } from './gallery-plot.ts';
import { PlotFigure } from './plot.tsx';

/** Does it work here? The enrolled people, compared among themselves at the press of a button. */
export function GalleryCheck() {
  const [task, run] = useTask(checkGallery);
  const { busy, value, error } = task.value;
  return (
    <Card
      title={t('console.galleryCheck.title')}
      aside={
        <Button icon="identify" busy={busy} onClick={() => void run()}>
          {t('console.galleryCheck.run')}
        </Button>
      }
    >
      <p class="muted">{t('console.galleryCheck.lead')}</p>
      <div class="column" aria-live="polite">
        {busy && <ProgressBar label={t('console.galleryCheck.busy')} />}
        {!busy && error && (
          <Notice state="error" title={t('console.galleryCheck.failed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        {!busy && !error && value && (value.people < 2 ? <Nobody /> : <Findings check={value} />)}
      </div>
    </Card>
  );
}

function Nobody() {
  return (
    <EmptyState icon="people" title={t('console.galleryCheck.emptyTitle')}>
      {t('console.galleryCheck.empty')}
    </EmptyState>
  );
}

function Findings({ check }: { check: GalleryCheckResponse }) {
  const { strangers, recognised, closestPair, threshold, suggestedThreshold, suggestedInterval } = check;
  const none = t('console.galleryCheck.none');
  const { highest } = strangers;
  return (
    <div class="column" data-testid="gallery-check">
      <dl class="evaluation-figures">
        <Figure
          name={t('console.galleryCheck.strangersNamed')}
          value={strangers.fpir ? formatRate(strangers.fpir.value) : none}
          range={strangers.fpir}
          text={t('console.galleryCheck.strangersText', { promised: formatRate(check.fpir) })}
        />
        <Figure
          name={t('console.galleryCheck.recognised')}
          value={recognised ? formatRate(recognised.value) : none}
          range={recognised}
          text={t(recognised ? 'console.galleryCheck.recognisedText' : 'console.galleryCheck.recognisedNone')}
        />
        <Figure
          name={t('console.galleryCheck.threshold')}
          value={formatNumber(threshold, 3)}
          text={t('console.galleryCheck.thresholdText', {
            suggested: formatNumber(suggestedThreshold, 3),
            low: formatNumber(suggestedInterval.low, 3),
            high: formatNumber(suggestedInterval.high, 3),
          })}
        />
        <Figure
          name={t('console.galleryCheck.highest')}
          value={highest ? formatNumber(highest.score, 3) : none}
          text={
            highest
              ? t('console.galleryCheck.highestText', {
                  person: highest.person.name,
                  other: highest.other.name,
                })
              : none
          }
        />
        <Figure
          name={t('console.galleryCheck.closest')}
          value={closestPair ? formatNumber(closestPair.score, 3) : none}
          text={
            closestPair
              ? t('console.galleryCheck.pairText', { a: closestPair.a.name, b: closestPair.b.name })
              : none
          }
        />
      </dl>
      <PlotFigure plot={scoresPlot(check)} />
      <Duplicates pairs={check.duplicates} />
      <WeakPhotos photos={check.weakest} count={check.weakCount} />
      <SinglePhotos single={check.singlePhoto} />
      <p class="small muted">
        {t('console.galleryCheck.model', {
          people: check.people,
          photos: check.photos,
          model: check.model,
        })}{' '}
        {check.checkedPeople < check.people &&
          t('console.galleryCheck.part', { checked: check.checkedPeople, people: check.people })}
      </p>
    </div>
  );
}

function Figure({
  name,
  value,
  range,
  text,
}: {
  name: string;
  value: string;
  range?: { low: number; high: number } | null;
  text: string;
}) {
  return (
    <div class="evaluation-figure">
      <dt class="small muted">{name}</dt>
      <dd class="evaluation-figure__value figure">{value}</dd>
      {range && (
        <dd class="small muted figure">
          {t('console.galleryCheck.range', { low: formatRate(range.low), high: formatRate(range.high) })}
        </dd>
      )}
      <dd class="small muted">{text}</dd>
    </div>
  );
}
