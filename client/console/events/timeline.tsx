import type { ComponentChildren } from 'preact';
import type { Sighting } from '../../../protocol/events.ts';
import { formatMoment } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { CropImage } from '../crop-image.tsx';
import { formatDuration, formatPercent, formatTime } from '../format.ts';
import { moveByArrows } from '../keyboard.ts';
import type { Grouping } from './filters.tsx';
import { byCamera, byHour } from './group.ts';

const DAY = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const HOUR = { hour: '2-digit', minute: '2-digit' } as const;
const HOUR_MS = 3_600_000;

type OnOpen = (sighting: Sighting) => void;

/** Sightings as crops along the hours, or camera by camera; the newest first. */
export function Timeline({
  sightings,
  grouped,
  now,
  busy,
  onOpen,
}: {
  sightings: readonly Sighting[];
  grouped: Grouping;
  now: number;
  busy: boolean;
  onOpen: OnOpen;
}) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move among the buttons within
    <div class="timeline" aria-busy={busy} onKeyDown={moveByArrows}>
      {grouped === 'camera'
        ? byCamera(sightings).map(({ id, name, sightings: seen }) => (
            <section key={id} class="timeline__day">
              <h2 class="timeline__title">
                <Icon name="camera" />
                <span class="truncate">{name}</span> <Count of={seen.length} />
              </h2>
              <Cards sightings={seen} now={now} onOpen={onOpen} />
            </section>
          ))
        : byHour(sightings).map((day) => (
            <section key={day.start} class="timeline__day">
              <h2 class="timeline__title">{titleOf(day.start, now)}</h2>
              {day.hours.map((hour) => (
                <section key={hour.start} class="timeline__hour">
                  <h3 class="timeline__time figure">
                    {t('console.events.hour', {
                      from: formatMoment(hour.start, HOUR),
                      to: formatMoment(hour.start + HOUR_MS, HOUR),
                    })}{' '}
                    <Count of={hour.sightings.length} />
                  </h3>
                  <Cards sightings={hour.sightings} now={now} onOpen={onOpen} />
                </section>
              ))}
            </section>
          ))}
    </div>
  );
}

function titleOf(day: number, now: number): ComponentChildren {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const date = formatMoment(day, DAY);
  if (day === midnight) return t('console.events.today', { date });
  if (new Date(midnight - 1).setHours(0, 0, 0, 0) === day) return t('console.events.yesterday', { date });
  return date;
}

function Count({ of }: { of: number }) {
  return <span class="muted small figure">{t('console.events.count', { count: of })}</span>;
}

function Cards({ sightings, now, onOpen }: { sightings: readonly Sighting[]; now: number; onOpen: OnOpen }) {
  return (
    <ol class="event-cards">
      {sightings.map((sighting) => (
        <li key={sighting.id}>
          <EventCard sighting={sighting} now={now} onOpen={onOpen} />
        </li>
      ))}
    </ol>
  );
}

function EventCard({ sighting, now, onOpen }: { sighting: Sighting; now: number; onOpen: OnOpen }) {
  const { id, state, name, confidence, confirmation, at, until } = sighting;
  const lasted = until ? Date.parse(until) - Date.parse(at) : 0;
  return (
    <button
      type="button"
      class="event-card"
      data-testid="event"
      data-sighting={id}
      data-state={state}
      data-person-id={sighting.personId}
      data-arrow-stop
      onClick={() => onOpen(sighting)}
    >
      <CropImage url={sighting.cropUrl} />
      <span class="event-card__text">
        <Badge state={state}>{name ?? t('ui.state.unknown')}</Badge>
        <span class="truncate small" title={sighting.streamName}>
          {sighting.streamName}
        </span>
        <span class="event-card__when muted small figure">
          <time dateTime={at}>{formatTime(at, now)}</time>
          {lasted >= 1000 && <span> · {formatDuration(lasted)}</span>}
          {!confirmation && confidence !== undefined && state === 'identified' && (
            <span> · {formatPercent(confidence)}</span>
          )}
        </span>
        {confirmation && (
          <span class="event-card__answer small">
            <Icon name={confirmation.verdict === 'yes' ? 'check' : 'person'} />
            <span class="truncate">{t(`console.events.answered.${confirmation.verdict}`)}</span>
          </span>
        )}
      </span>
    </button>
  );
}
