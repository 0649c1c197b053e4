import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Role } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import type { Live } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { StaleNotice } from '../stale-notice.tsx';
import { Filters, type Grouping } from './filters.tsx';
import { EVERYTHING, exportUrl, type SightingSearch, searches } from './search.ts';
import { SightingDialog } from './sighting-dialog.tsx';
import { Timeline } from './timeline.tsx';
import { useSightings } from './use-sightings.ts';

const TYPING_MS = 250;

/** Who was seen, where and when, newest first; new sightings come on top as they happen. */
export function EventsPage({ live, role }: { live: Live; role: Role }) {
  const { store } = live;
  const query = useSignal('');
  const search = useSignal<SightingSearch>(EVERYTHING);
  const grouped = useSignal<Grouping>('hour');
  const opened = useSignal<string | undefined>(undefined);
  const change = (part: Partial<SightingSearch>) => {
    search.value = { ...search.peek(), ...part };
  };
  useEffect(() => {
    const timer = setTimeout(
      () => query.value.trim() !== search.peek().q && change({ q: query.value.trim() }),
      query.value ? TYPING_MS : 0,
    );
    return () => clearTimeout(timer);
  }, [query.value]);

  const { list, busy, error, older, reload } = useSightings(search, store);
  const narrowed = searches(search.value);
  const streams = store.streams.value.map(({ id, info }) => ({ value: id, label: info.value.name }));
  const mayExport = role !== 'guard';
  const at = list?.findIndex(({ id }) => id === opened.value) ?? -1;
  const shown = list?.[at];
  const step = (by: number) => {
    const next = list?.[at + by];
    return next && (() => (opened.value = next.id));
  };
  return (
    <>
      <PageHead title={t('console.events.title')} lead={t('console.events.lead')}>
        {mayExport && (
          <div class="buttons">
            {(['csv', 'json'] as const).map((format) => (
              <a
                key={format}
                class="button button--secondary"
                href={exportUrl(search.value, format)}
                download
              >
                {t(`console.events.export.${format}`)}
              </a>
            ))}
          </div>
        )}
      </PageHead>
      <Filters
        query={query}
        search={search}
        streams={streams}
        grouped={grouped.value}
        onChange={change}
        onGrouped={(value) => (grouped.value = value)}
      />
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
        <EmptyState
          icon="search"
          title={t('console.events.noneTitle')}
          actions={
            <Button
              onClick={() => {
                query.value = '';
                search.value = EVERYTHING;
              }}
            >
              {t('console.events.showAll')}
            </Button>
          }
        >
          {t('console.events.none')}
        </EmptyState>
      ) : (
        <>
          <Timeline
            sightings={list}
            grouped={grouped.value}
            now={store.now.peek()}
            busy={busy}
            onOpen={({ id }) => (opened.value = id)}
          />
          {older && (
            <Button class="more" busy={busy} onClick={older}>
              {t('console.events.older')}
            </Button>
          )}
        </>
      )}
      {shown && (
        <SightingDialog
          sighting={shown}
          now={store.now.peek()}
          mayAnswer={role === 'operator' || role === 'admin'}
          onChanged={(data) => store.apply({ notification: 'sightingChanged', data }, Date.now())}
          onNewer={step(-1)}
          onOlder={step(1)}
          onClose={() => (opened.value = undefined)}
        />
      )}
    </>
  );
}
