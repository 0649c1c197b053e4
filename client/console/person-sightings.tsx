import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Sighting } from '../../protocol/events.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { listSightings } from './api.ts';
import { CropImage } from './crop-image.tsx';
import { formatDuration, formatPercent, formatTime } from './format.ts';
import { useTask } from './use-task.ts';

const PAGE = 20;

/** Where and when a person was seen, newest first, a page at a time. */
export function PersonSightings({ id, changes }: { id: string; changes: number }) {
  const shown = useSignal<readonly Sighting[]>([]);
  const [task, load] = useTask(async (after?: string) => {
    const parameters = new URLSearchParams({ person: id, limit: String(PAGE) });
    if (after) parameters.set('after', after);
    const page = await listSightings(parameters);
    shown.value = [...(after ? shown.peek() : []), ...page.sightings];
    return { next: page.next };
  });
  useEffect(() => void load(), [id, changes]);
  const { busy, value, error } = task.value;
  const next = value?.next;
  return (
    <Card title={t('console.person.sightings')}>
      {!value && error ? (
        <ErrorState title={t('console.person.sightingsFailed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState />
      ) : shown.value.length === 0 ? (
        <EmptyState icon="events" title={t('console.person.sightingsEmptyTitle')}>
          {t('console.person.sightingsEmpty')}
        </EmptyState>
      ) : (
        <>
          <ol class="rows rows--inset" aria-busy={busy}>
            {shown.value.map((sighting) => (
              <SightingRow key={sighting.id} sighting={sighting} />
            ))}
          </ol>
          {next && (
            <Button class="more" busy={busy} onClick={() => void load(next)}>
              {t('console.person.older')}
            </Button>
          )}
        </>
      )}
      {value && error && (
        <Notice state="error" live title={t('console.person.sightingsFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Card>
  );
}

function SightingRow({ sighting }: { sighting: Sighting }) {
  const { at, until, streamName, confidence, cropUrl } = sighting;
  const lasted = until ? Date.parse(until) - Date.parse(at) : 0;
  const more = [
    ...(lasted >= 1000 ? [formatDuration(lasted)] : []),
    ...(confidence === undefined ? [] : [t('console.person.sure', { percent: formatPercent(confidence) })]),
  ];
  return (
    <li class="row row--sighting" data-testid="person-sighting">
      <div class="row__picture">
        <CropImage url={cropUrl} />
      </div>
      <div class="row__what row__what--stacked">
        <span class="truncate" title={streamName}>
          {streamName}
        </span>
        <span class="muted small figure">{more.join(' · ')}</span>
      </div>
      <time class="muted small figure" dateTime={at}>
        {formatTime(at, Date.now())}
      </time>
    </li>
  );
}
