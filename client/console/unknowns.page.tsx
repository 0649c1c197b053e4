import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { UnknownGroup } from '../../protocol/unknowns.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { formatDuration } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import type { Live } from './live.ts';
import { PageHead } from './page-head.tsx';
import { hrefOf } from './router.ts';
import { StaleNotice } from './stale-notice.tsx';
import { accept, deny, toggleIgnored } from './unknown-actions.ts';
import { UnknownAssignDialog } from './unknown-assign-dialog.tsx';
import { listUnknowns } from './unknown-calls.ts';
import { UnknownCard } from './unknown-card.tsx';
import { UnknownCreateDialog } from './unknown-create-dialog.tsx';
import { useTask } from './use-task.ts';

const PAGE_SIZE = 30;
/** The most that the server lists at once. */
const MOST = 200;
/** Many changes at once are loaded once. */
const SETTLE_MS = 300;
const HOUR_MS = 3_600_000;

type Asking = { what: 'assign' | 'create'; group: UnknownGroup };

/** People whom nobody knows yet, those seen last first: say who they are, or set them aside. */
export function UnknownsPage({ live }: { live: Live }) {
  const { store } = live;
  const ignored = useSignal(false);
  const limit = useSignal(PAGE_SIZE);
  const asking = useSignal<Asking | undefined>(undefined);
  const [task, load, reset] = useTask(() => listUnknowns({ ignored: ignored.value, limit: limit.value }));
  const reload = () => void load();

  const changes = store.unknownChanges.value;
  useEffect(() => {
    const timer = setTimeout(reload, task.peek().value ? SETTLE_MS : 0);
    return () => clearTimeout(timer);
  }, [changes]);
  useEffect(reload, [ignored.value, limit.value]);

  const show = (aside: boolean) => {
    if (ignored.value === aside) return;
    reset();
    limit.value = PAGE_SIZE;
    ignored.value = aside;
  };
  const { busy, value, error } = task.value;
  const waiting = value && (ignored.value ? store.unknowns.value : value.total);
  return (
    <>
      <PageHead
        title={t('console.unknowns.title')}
        lead={value && t('console.unknowns.lead', { time: retention(value.retentionHours) })}
      >
        <fieldset class="segments">
          <legend class="visually-hidden">{t('console.unknowns.which')}</legend>
          <Button
            variant={ignored.value ? 'quiet' : 'secondary'}
            aria-pressed={!ignored.value}
            onClick={() => show(false)}
          >
            {t('console.unknowns.waiting', { count: waiting ?? store.unknowns.value })}
          </Button>
          <Button
            variant={ignored.value ? 'secondary' : 'quiet'}
            aria-pressed={ignored.value}
            onClick={() => show(true)}
          >
            {t('console.unknowns.aside', { count: value?.ignored ?? 0 })}
          </Button>
        </fieldset>
      </PageHead>
      <StaleNotice live={live} />
      {error && value && (
        <Notice state="error" live title={t('console.unknowns.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {!value && error ? (
        <ErrorState title={t('console.unknowns.failed')} onRetry={reload}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState text={t('console.unknowns.loading')} />
      ) : value.groups.length === 0 ? (
        <NoUnknowns ignored={ignored.value} />
      ) : (
        <>
          <p class="muted small keys-hint">{t('console.unknowns.keys')}</p>
          <ul
            class="unknowns"
            aria-busy={busy}
            onKeyDown={(event) => {
              moveByArrows(event);
              answerByKey(event, value.groups, { reload, ask: (what) => (asking.value = what) });
            }}
          >
            {value.groups.map((group) => (
              <UnknownCard
                key={group.id}
                group={group}
                now={store.now.peek()}
                onAssign={() => (asking.value = { what: 'assign', group })}
                onCreate={() => (asking.value = { what: 'create', group })}
                onChanged={reload}
              />
            ))}
          </ul>
          {value.total > value.groups.length && limit.value < MOST && (
            <Button
              class="more"
              busy={busy}
              onClick={() => {
                limit.value = Math.min(MOST, limit.value + PAGE_SIZE);
              }}
            >
              {t('console.unknowns.more', { shown: value.groups.length, total: value.total })}
            </Button>
          )}
        </>
      )}
      {asking.value?.what === 'assign' && (
        <UnknownAssignDialog
          id={asking.value.group.id}
          sightings={asking.value.group.best}
          onAssigned={reload}
          onClose={() => (asking.value = undefined)}
        />
      )}
      {asking.value?.what === 'create' && (
        <UnknownCreateDialog
          id={asking.value.group.id}
          sightings={asking.value.group.best}
          onCreated={reload}
          onClose={() => (asking.value = undefined)}
        />
      )}
    </>
  );
}

/** In hours as long as a person counts by them. */
function retention(hours: number): string {
  return hours <= 72 ? t('console.duration.hours', { value: hours }) : formatDuration(hours * HOUR_MS);
}

/** A letter answers for the group that has the focus. */
function answerByKey(
  event: KeyboardEvent,
  groups: readonly UnknownGroup[],
  { reload, ask }: { reload: () => void; ask: (what: Asking) => void },
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const id = (event.target as HTMLElement).closest<HTMLElement>('[data-group-id]')?.dataset.groupId;
  const group = groups.find((one) => one.id === id);
  const [best] = group?.suggestions ?? [];
  if (!group) return;
  const answers: Record<string, (() => void) | undefined> = {
    a: () => ask({ what: 'assign', group }),
    c: () => ask({ what: 'create', group }),
    i: () => void toggleIgnored(group, reload),
    y: best && (() => void accept(group, best, reload)),
    n: best && (() => void deny(group, best, reload)),
  };
  const answer = answers[event.key];
  if (!answer) return;
  event.preventDefault();
  answer();
}

function NoUnknowns({ ignored }: { ignored: boolean }) {
  if (ignored) {
    return (
      <EmptyState icon="unknowns" title={t('console.unknowns.asideTitle')}>
        {t('console.unknowns.asideEmpty')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="unknowns"
      title={t('console.unknowns.emptyTitle')}
      actions={
        <a class="button button--secondary" href={hrefOf('enrol')}>
          {t('console.unknowns.toEnrol')}
        </a>
      }
    >
      {t('console.unknowns.empty')}
    </EmptyState>
  );
}
