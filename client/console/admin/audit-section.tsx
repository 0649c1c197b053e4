import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StoredAuditEntry } from '../../../protocol/audit.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { useName } from '../actors.ts';
import { formatTime } from '../format.ts';
import { SearchBox } from '../search-box.tsx';
import { useTask } from '../use-task.ts';
import { listAudit, verifyAudit } from './operation-calls.ts';
import { ProveCard } from './prove-card.tsx';

const ACTIONS = [
  'person',
  'sighting',
  'kiosk',
  'user',
  'token',
  'session',
  'code',
  'auth',
  'model',
  'webhook',
  'retention',
  'queue',
  'audit',
] as const;
const TYPING_MS = 300;

/** Who did what; whether the log is whole; whether somebody who was erased is gone. */
export function AuditSection() {
  const action = useSignal('');
  const query = useSignal('');
  const proving = useSignal<string | undefined>(undefined);
  const entries = useSignal<readonly StoredAuditEntry[]>([]);
  const parameters = () =>
    new URLSearchParams({
      ...(action.value ? { action: action.value } : {}),
      ...(query.value.trim() ? { subject: query.value.trim() } : {}),
    });
  const [task, load] = useTask(async (before?: number) => {
    const asked = parameters();
    if (before !== undefined) asked.set('before', String(before));
    const page = await listAudit(asked);
    entries.value = before === undefined ? page.entries : [...entries.peek(), ...page.entries];
    return page;
  });
  useEffect(() => {
    const timer = setTimeout(() => void load(), query.value ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [action.value, query.value]);
  const { value, error, busy } = task.value;
  const narrowed = action.value !== '' || query.value.trim() !== '';
  return (
    <>
      <Card
        title={t('console.audit.title')}
        aside={
          <a class="button button--secondary" href={`/audit.csv?${parameters()}`} download>
            {t('console.audit.export')}
          </a>
        }
      >
        <p class="muted">{t('console.audit.lead')}</p>
        <Verification />
        <div class="filters">
          <SearchBox query={query} label={t('console.audit.subject')} />
          <SelectField
            label={t('console.audit.action')}
            value={action.value}
            onValue={(chosen) => {
              action.value = chosen;
            }}
            options={[
              { value: '', label: t('console.audit.anything') },
              ...ACTIONS.map((one) => ({ value: one, label: t(`console.audit.actions.${one}`) })),
            ]}
          />
        </div>
        {error ? (
          <ErrorState title={t('console.audit.failed')} onRetry={() => void load()}>
            {error.message}
          </ErrorState>
        ) : !value ? (
          <LoadingState />
        ) : entries.value.length === 0 ? (
          <EmptyState
            icon="events"
            title={t(narrowed ? 'console.audit.nothingTitle' : 'console.audit.emptyTitle')}
          >
            {''}
          </EmptyState>
        ) : (
          <ul class="rows rows--inset">
            {entries.value.map((entry) => (
              <EntryRow
                key={entry.sequence}
                entry={entry}
                onProve={() => {
                  proving.value = entry.subject;
                }}
              />
            ))}
          </ul>
        )}
        {value?.next !== undefined && !error && (
          <Button class="more" busy={busy} onClick={() => void load(value.next)}>
            {t('console.audit.older')}
          </Button>
        )}
      </Card>
      <ProveCard key={proving.value} personId={proving.value} />
    </>
  );
}

function EntryRow({ entry, onProve }: { entry: StoredAuditEntry; onProve: () => void }) {
  const { sequence, at, actor, action, subject, detail } = entry;
  const details = Object.entries(detail).map(([key, value]) => `${key}: ${value}`);
  return (
    <li class="row row--audit" data-testid="audit-entry">
      <div class="row__what row__what--stacked">
        <span>
          <span class="row__title">{useName(actor)}</span> <code>{action}</code>
        </span>
        <span class="muted small audit__subject">{[subject, ...details].join(' · ')}</span>
      </div>
      <span class="muted small">
        {formatTime(at, Date.now())} · {sequence}
      </span>
      {action === 'person.erased' && (
        <Button icon="shield" onClick={onProve}>
          {t('console.audit.prove')}
        </Button>
      )}
    </li>
  );
}

function Verification() {
  const [task, verify] = useTask(verifyAudit);
  const { busy, value, error } = task.value;
  return (
    <div class="verification">
      <Button icon="shield" busy={busy} onClick={() => void verify()}>
        {t('console.audit.verify')}
      </Button>
      {error && (
        <Notice state="error" live title={t('console.audit.verifyFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {value && !busy && (
        <Notice
          state={value.intact ? 'ok' : 'error'}
          live
          title={
            value.intact
              ? t('console.audit.intact', { count: value.entries })
              : t('console.audit.broken', { sequence: value.firstBroken ?? 0 })
          }
        >
          {value.head && <p class="small audit__subject">{t('console.audit.head', { hash: value.head })}</p>}
        </Notice>
      )}
    </div>
  );
}
