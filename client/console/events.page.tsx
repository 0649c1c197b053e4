import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Sighting } from '../../protocol/events.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { CropImage } from './crop-image.tsx';
import { formatDuration, formatPercent, formatTime } from './format.ts';
import type { Live } from './live.ts';
import { PageHead } from './page-head.tsx';
import { SearchBox } from './search-box.tsx';
import { exportUrl, PERIODS, type SightingSearch, searches, useSightings } from './sightings.ts';
import { StaleNotice } from './stale-notice.tsx';

const TYPING_MS = 250;

/** Who was seen, where and when, newest first; new sightings come on top as they happen. */
export function EventsPage({ live }: { live: Live }) {
  const { store } = live;
  const query = useSignal('');
  const search = useSignal<SightingSearch>({ q: '', stream: '', state: '', period: 'all' });
  useEffect(() => {
    const timer = setTimeout(() => change({ q: query.value.trim() }), query.value ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [query.value]);
  const change = (part: Partial<SightingSearch>) => {
    search.value = { ...search.peek(), ...part };
  };

  const { list, busy, error, older, reload } = useSightings(search, store.sightings);
  const narrowed = searches(search.value);
  const streams = store.streams.value.map(({ id, info }) => ({ value: id, label: info.value.name }));
  return (
    <>
      <PageHead title={t('console.events.title')} lead={t('console.events.lead')}>
        <a class="button button--secondary" href={exportUrl(search.value)} download>
          {t('console.events.export')}
        </a>
      </PageHead>
      <div class="filters">
        <SearchBox query={query} label={t('console.events.search')} />
        <SelectField
          label={t('console.events.who')}
          value={search.value.state}
          onValue={(state) => change({ state: state as SightingSearch['state'] })}
          options={[
            { value: '', label: t('console.events.everybody') },
            { value: 'identified', label: t('console.events.known') },
            { value: 'unknown', label: t('ui.state.unknown') },
          ]}
        />
        <SelectField
          label={t('console.events.where')}
          value={search.value.stream}
          onValue={(stream) => change({ stream })}
          options={[{ value: '', label: t('console.events.everywhere') }, ...streams]}
        />
        <SelectField
          label={t('console.events.when')}
          value={search.value.period}
          onValue={(period) => change({ period: period as SightingSearch['period'] })}
          options={PERIODS.map((value) => ({ value, label: t(`console.events.period.${value}`) }))}
        />
      </div>
      <StaleNotice live={live} />
      {error && list && (
        <Notice state="error" live title={t('console.events.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {!list && error ? (
        <ErrorState title={t('console.events.failed')} onRetry={reload}>
          {error.message}
        </ErrorState>
      ) : !list ? (
        <LoadingState />
      ) : list.length === 0 && !narrowed ? (
        <EmptyState icon="events" title={t('console.events.emptyTitle')}>
          {t('console.events.empty')}
        </EmptyState>
      ) : list.length === 0 ? (
        <EmptyState icon="search" title={t('console.events.noneTitle')}>
          {t('console.events.none')}
        </EmptyState>
      ) : (
        <>
          <ol class="rows" aria-busy={busy}>
            {list.map((sighting) => (
              <EventRow key={sighting.id} sighting={sighting} now={store.now.peek()} />
            ))}
          </ol>
          {older && (
            <Button class="more" busy={busy} onClick={older}>
              {t('console.events.older')}
            </Button>
          )}
        </>
      )}
    </>
  );
}

function EventRow({ sighting, now }: { sighting: Sighting; now: number }) {
  const { state, name, confidence, at, until } = sighting;
  const lasted = until ? Date.parse(until) - Date.parse(at) : 0;
  return (
    <li class="row" data-testid="event" data-state={state} data-person-id={sighting.personId}>
      <div class="row__picture">
        <CropImage url={sighting.cropUrl} />
      </div>
      <div class="row__what">
        <Badge state={state}>{state === 'identified' && name ? name : t('ui.state.unknown')}</Badge>
        {state === 'identified' && confidence !== undefined && (
          <span class="muted small figure">{formatPercent(confidence)}</span>
        )}
      </div>
      <span class="row__where truncate" title={sighting.streamName}>
        {sighting.streamName}
        {lasted >= 1000 && <span class="muted small figure"> · {formatDuration(lasted)}</span>}
      </span>
      <time class="row__when muted figure" dateTime={at}>
        {formatTime(at, now)}
      </time>
    </li>
  );
}
