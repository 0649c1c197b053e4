import { useSignal } from '@preact/signals';
import type { Role } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { EmptyState, LoadingState } from '../ui/message.tsx';
import { moveByArrows } from './keyboard.ts';
import type { Live } from './live.ts';
import { PageHead } from './page-head.tsx';
import { hrefOf } from './router.ts';
import { matches, SearchBox } from './search-box.tsx';
import { StaleNotice } from './stale-notice.tsx';
import { StreamDialog } from './stream-dialog.tsx';
import { StreamTile } from './stream-tile.tsx';

/** Every stream as a tile. */
export function StreamsPage({ live, role }: { live: Live; role: Role }) {
  const { store } = live;
  const query = useSignal('');
  const opened = useSignal<string | undefined>(undefined);
  const streams = store.streams.value;
  const shown = streams.filter(({ info }) => matches(query.value, [info.value.name, info.value.place]));
  const online = streams.filter(({ info }) => info.value.online).length;
  const enlarged = streams.find(({ id }) => id === opened.value);
  return (
    <>
      <PageHead
        title={t('console.streams.title')}
        lead={
          streams.length > 0 &&
          t('console.streams.lead', { online, count: streams.length, people: store.people.value ?? 0 })
        }
      >
        {streams.length > 0 && <SearchBox query={query} label={t('console.streams.search')} />}
      </PageHead>
      <StaleNotice live={live} />
      {!store.loaded.value ? (
        <LoadingState text={t('console.streams.loading')} />
      ) : streams.length === 0 ? (
        <NoStreams role={role} />
      ) : shown.length === 0 ? (
        <EmptyState icon="search" title={t('console.noMatch', { query: query.value })} />
      ) : (
        <ul class="tiles" onKeyDown={moveByArrows}>
          {shown.map((stream) => (
            <StreamTile
              key={stream.id}
              stream={stream}
              now={store.now}
              onEnlarge={() => {
                opened.value = stream.id;
              }}
            />
          ))}
        </ul>
      )}
      {enlarged && (
        <StreamDialog
          stream={enlarged}
          now={store.now}
          onClose={() => {
            opened.value = undefined;
          }}
        />
      )}
    </>
  );
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
