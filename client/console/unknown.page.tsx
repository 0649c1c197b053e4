import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { UnknownGroupDetails } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import type { ConsoleStore } from './console.store.ts';
import { PageHead } from './page-head.tsx';
import { goTo, hrefOf } from './router.ts';
import { toggleIgnored } from './unknown-actions.ts';
import { UnknownAssignDialog } from './unknown-assign-dialog.tsx';
import { denyUnknown, getUnknown } from './unknown-calls.ts';
import { seenWhen } from './unknown-card.tsx';
import { UnknownCreateDialog } from './unknown-create-dialog.tsx';
import { UnknownEraseDialog } from './unknown-erase-dialog.tsx';
import { UnknownSightings } from './unknown-sightings.tsx';
import { UnknownSuggestions } from './unknown-suggestions.tsx';
import { useTask } from './use-task.ts';

const SETTLE_MS = 300;

/** One unknown person: every sighting, who it may be and is not, and what can be done. */
export function UnknownPage({ id, store }: { id: string; store: ConsoleStore }) {
  const [task, load] = useTask(() => getUnknown(id));
  const changes = store.unknownChanges.value;
  useEffect(() => {
    const timer = setTimeout(() => void load(), task.peek().value ? SETTLE_MS : 0);
    return () => clearTimeout(timer);
  }, [changes]);
  const { value, error } = task.value;
  const gone = error?.code === 'not-found';
  return (
    <>
      <a href={hrefOf('unknowns')}>← {t('console.unknowns.back')}</a>
      <PageHead title={t('console.unknowns.one')} lead={value && !gone && headOf(value, store.now.peek())} />
      {gone ? (
        <EmptyState
          icon="unknowns"
          title={t('console.unknowns.goneTitle')}
          actions={
            <a class="button button--secondary" href={hrefOf('unknowns')}>
              {t('console.unknowns.back')}
            </a>
          }
        >
          {t('console.unknowns.gone')}
        </EmptyState>
      ) : !value && error ? (
        <ErrorState title={t('console.unknowns.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState text={t('console.unknowns.loading')} />
      ) : (
        <>
          {error && (
            <Notice state="error" live title={t('console.unknowns.failed')}>
              <p>{error.message}</p>
            </Notice>
          )}
          <Group group={value} onChanged={() => void load()} />
        </>
      )}
    </>
  );
}

function Group({ group, onChanged }: { group: UnknownGroupDetails; onChanged: () => void }) {
  const asking = useSignal<'assign' | 'create' | 'erase' | undefined>(undefined);
  const close = () => (asking.value = undefined);
  return (
    <>
      <div class="unknown__actions">
        <Button variant="primary" icon="person" onClick={() => (asking.value = 'assign')}>
          {t('console.unknowns.assign')}
        </Button>
        <Button icon="enrol" onClick={() => (asking.value = 'create')}>
          {t('console.unknowns.create')}
        </Button>
        <Button onClick={() => void toggleIgnored(group, onChanged)}>
          {group.ignored ? t('console.unknowns.show') : t('console.unknowns.ignore')}
        </Button>
        <Button variant="danger" icon="trash" onClick={() => (asking.value = 'erase')}>
          {t('console.unknowns.erase')}
        </Button>
      </div>
      <Card title={t('console.unknowns.mayTitle')}>
        {group.suggestions.length > 0 ? (
          <UnknownSuggestions group={group} most={group.suggestions.length} onChanged={onChanged} />
        ) : (
          <p class="muted">{t('console.unknowns.nobody')}</p>
        )}
        {group.denied.length > 0 && (
          <div class="denied">
            <h3 class="small muted">{t('console.unknowns.denied')}</h3>
            {group.denied.map(({ id, name }) => (
              <Button
                key={id}
                variant="quiet"
                icon="retry"
                onClick={() => void denyUnknown(group.id, id, false).then(onChanged, onChanged)}
              >
                {t('console.unknowns.deniedBack', { name })}
              </Button>
            ))}
          </div>
        )}
      </Card>
      <UnknownSightings group={group} onChanged={onChanged} />
      {asking.value === 'assign' && (
        <UnknownAssignDialog id={group.id} sightings={group.list} onAssigned={onChanged} onClose={close} />
      )}
      {asking.value === 'create' && (
        <UnknownCreateDialog id={group.id} sightings={group.list} onCreated={onChanged} onClose={close} />
      )}
      {asking.value === 'erase' && (
        <UnknownEraseDialog
          id={group.id}
          sightings={group.sightings}
          onErased={() => goTo('unknowns')}
          onClose={close}
        />
      )}
    </>
  );
}

function headOf(group: UnknownGroupDetails, now: number): string {
  return [
    t('console.unknowns.seen', { count: group.sightings }),
    group.streams.map(({ name }) => name).join(', '),
    seenWhen(group, now),
  ].join(' · ');
}
