import type { Sighting } from '../../../protocol/events.ts';
import { formatMoment, formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { formatDuration, formatPercent, formatTime } from '../format.ts';
import { ScoreBar } from '../score-bar.tsx';

/** What a sighting rests on, in words and as bars: whom it was compared with, and what it took to be named. */
export function Evidence({ sighting, now }: { sighting: Sighting; now: number }) {
  const { evidence, confirmation, at, until, streamName, crops, confidence } = sighting;
  // An answer may have given the sighting another name since; the evidence is about the one of then.
  const recognised = confirmation ? confirmation.recognised?.name : sighting.name;
  const lasted = until ? Date.parse(until) - Date.parse(at) : 0;
  const facts = [
    ['camera', streamName],
    ['seen', [formatTime(at, now), ...(lasted >= 1000 ? [until && clock(until)] : [])].join(' – ')],
    ...(lasted >= 1000 ? [['lasted', formatDuration(lasted)]] : []),
    ...(crops === undefined ? [] : [['crops', String(crops)]]),
    ...(recognised && confidence !== undefined ? [['confidence', formatPercent(confidence)]] : []),
    ...(evidence ? [['model', evidence.model]] : []),
  ] as [Fact, string][];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name} class="facts__row">
            <dt class="muted">{t(`console.events.fact.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {evidence ? (
        <section class="evidence" data-testid="evidence">
          <h3>{t('console.events.evidence')}</h3>
          <p>{wordsOf(evidence, recognised)}</p>
          <div class="evidence__scores">
            {recognised && evidence.score !== undefined && (
              <ScoreBar label={recognised} score={evidence.score} threshold={evidence.threshold} />
            )}
            {evidence.other && (
              <ScoreBar
                label={evidence.other.name}
                score={evidence.other.score}
                threshold={evidence.threshold}
              />
            )}
          </div>
        </section>
      ) : (
        <p class="muted small">{t('console.events.noEvidence')}</p>
      )}
    </>
  );
}

type Fact = 'camera' | 'seen' | 'lasted' | 'crops' | 'confidence' | 'model';

function wordsOf(evidence: NonNullable<Sighting['evidence']>, recognised: string | undefined): string {
  const { score, other, gallerySize: count } = evidence;
  const threshold = formatNumber(evidence.threshold, 2);
  if (count === 0) return t('console.events.nobodyEnrolled');
  if (recognised && score !== undefined) {
    return t('console.events.named', { name: recognised, score: formatNumber(score, 2), threshold, count });
  }
  if (!other) return t('console.events.unnamed', { threshold, count });
  return t('console.events.nearest', {
    name: other.name,
    score: formatNumber(other.score, 2),
    threshold,
    count,
  });
}

function clock(time: string): string {
  return formatMoment(time, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
