import { useSignal } from '@preact/signals';
import type { Sighting } from '../../protocol/events.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState, LoadingState } from '../ui/message.tsx';
import { CropImage } from './crop-image.tsx';
import { formatPercent, formatTime } from './format.ts';
import type { Live } from './live.ts';
import { PageHead } from './page-head.tsx';
import { matches, SearchBox } from './search-box.tsx';
import { StaleNotice } from './stale-notice.tsx';

/** The last sightings, newest first. */
export function EventsPage({ live }: { live: Live }) {
  const { store } = live;
  const query = useSignal('');
  const all = store.sightings.value;
  const shown = all.filter((sighting) => matches(query.value, [nameOf(sighting), sighting.streamName]));
  return (
    <>
      <PageHead title={t('console.events.title')} lead={t('console.events.lead')}>
        {all.length > 0 && <SearchBox query={query} label={t('console.events.search')} />}
      </PageHead>
      <StaleNotice live={live} />
      {!store.loaded.value ? (
        <LoadingState />
      ) : all.length === 0 ? (
        <EmptyState icon="events" title={t('console.events.emptyTitle')}>
          {t('console.events.empty')}
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState icon="search" title={t('console.noMatch', { query: query.value })} />
      ) : (
        <ol class="rows">
          {shown.map((sighting) => (
            <EventRow key={sighting.id} sighting={sighting} now={store.now.peek()} />
          ))}
        </ol>
      )}
    </>
  );
}

function EventRow({ sighting, now }: { sighting: Sighting; now: number }) {
  return (
    <li class="row" data-testid="event" data-state={sighting.state} data-person-id={sighting.personId}>
      <div class="row__picture">
        <CropImage url={sighting.cropUrl} />
      </div>
      <div class="row__what">
        <Badge state={sighting.state}>{nameOf(sighting)}</Badge>
        {sighting.state === 'identified' && sighting.confidence !== undefined && (
          <span class="muted small figure">{formatPercent(sighting.confidence)}</span>
        )}
      </div>
      <span class="row__where truncate" title={sighting.streamName}>
        {sighting.streamName}
      </span>
      <time class="row__when muted figure" dateTime={sighting.at}>
        {formatTime(sighting.at, now)}
      </time>
    </li>
  );
}

function nameOf(sighting: Sighting): string {
  return sighting.state === 'identified' && sighting.name ? sighting.name : t('ui.state.unknown');
}
