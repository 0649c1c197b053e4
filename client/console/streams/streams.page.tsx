import { type Signal, useComputed, useSignal } from '@preact/signals';
import type { Role } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, LoadingState } from '../../ui/message.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { usePageKeys } from '../keyboard.ts';
import type { Live } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { hrefOf } from '../router.ts';
import { SearchBox } from '../search-box.tsx';
import { StaleNotice } from '../stale-notice.tsx';
import { chooseStreams, placesOf, SHOWN, type Shown } from './choose-streams.ts';
import { canFillScreen, pageFillsScreen, toggleFullScreen } from './full-screen.ts';
import { pinned } from './pins.ts';
import { StreamDialog } from './stream-dialog.tsx';
import { StreamGrid } from './stream-grid.tsx';

/** Every stream as a tile, the pinned ones first; narrowed by search, state and place. */
export function StreamsPage({ live, role }: { live: Live; role: Role }) {
  const { store } = live;
  const query = useSignal('');
  const shown = useSignal<Shown>('all');
  const place = useSignal('');
  const opened = useSignal<string | undefined>(undefined);
  // As one text, so that labels which leave the choice as it is do not draw the page anew.
  const chosen = useComputed(() =>
    chooseStreams(
      store.streams.value,
      { query: query.value, shown: shown.value, place: place.value },
      pinned.value,
    )
      .map(({ id }) => id)
      .join(' '),
  );
  usePageKeys([
    // The tile in focus takes it.
    { key: 'p', what: t('console.help.pin') },
    // With a stream enlarged, its dialog takes it.
    {
      key: 'f',
      what: t('console.help.fullScreen'),
      run: () => toggleFullScreen(document.documentElement),
    },
  ]);
  const streams = store.streams.value;
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const visible = chosen.value.split(' ').flatMap((id) => byId.get(id) ?? []);
  const online = streams.filter(({ info }) => info.value.online).length;
  const enlarged = byId.get(opened.value ?? '');
  return (
    <div class="streams">
      <PageHead
        title={t('console.streams.title')}
        lead={
          streams.length > 0 &&
          t('console.streams.lead', { online, count: streams.length, people: store.people.value ?? 0 })
        }
      >
        {streams.length > 0 && (
          <Controls query={query} shown={shown} place={place} places={placesOf(streams)} />
        )}
      </PageHead>
      <StaleNotice live={live} />
      {!store.loaded.value ? (
        <LoadingState text={t('console.streams.loading')} />
      ) : streams.length === 0 ? (
        <NoStreams role={role} />
      ) : visible.length === 0 ? (
        <NoMatch query={query.value.trim()} />
      ) : (
        <StreamGrid
          streams={visible}
          now={store.now}
          video={live.video}
          onEnlarge={(id) => {
            opened.value = id;
          }}
        />
      )}
      {enlarged && (
        <StreamDialog
          stream={enlarged}
          now={store.now}
          video={live.video}
          onClose={() => {
            opened.value = undefined;
          }}
        />
      )}
    </div>
  );
}

function Controls({
  query,
  shown,
  place,
  places,
}: {
  query: Signal<string>;
  shown: Signal<Shown>;
  place: Signal<string>;
  places: readonly string[];
}) {
  const fill = t(pageFillsScreen.value ? 'console.streams.leaveFullScreen' : 'console.streams.fullScreen');
  return (
    <div class="streams__controls">
      <SearchBox query={query} label={t('console.streams.search')} />
      <SelectField
        label={t('console.streams.show')}
        value={shown.value}
        onValue={(value) => {
          shown.value = value as Shown;
        }}
        options={SHOWN.map((value) => ({ value, label: t(`console.streams.shown.${value}`) }))}
      />
      {places.length > 1 && (
        <SelectField
          label={t('console.streams.place')}
          value={place.value}
          onValue={(value) => {
            place.value = value;
          }}
          options={[
            { value: '', label: t('console.streams.everywhere') },
            ...places.map((value) => ({ value, label: value })),
          ]}
        />
      )}
      {canFillScreen && (
        <Button
          icon={pageFillsScreen.value ? 'shrink' : 'expand'}
          aria-label={fill}
          title={fill}
          onClick={() => toggleFullScreen(document.documentElement)}
        />
      )}
    </div>
  );
}

function NoMatch({ query }: { query: string }) {
  const title = query === '' ? t('console.streams.noneShown') : t('console.noMatch', { query });
  return <EmptyState icon="search" title={title} />;
}

function NoStreams({ role }: { role: Role }) {
  return (
    <EmptyState
      icon="streams"
      title={t('console.streams.emptyTitle')}
      actions={
        role === 'admin' && (
          <a class="button button--primary" href={hrefOf('admin')}>
            {t('console.streams.emptyAction')}
          </a>
        )
      }
    >
      {role === 'admin' ? t('console.streams.emptyAdmin') : t('console.streams.emptyOperator')}
    </EmptyState>
  );
}
