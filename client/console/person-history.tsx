import { useEffect } from 'preact/hooks';
import type { PersonHistory as History } from '../../protocol/people.ts';
import { formatList } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Card } from '../ui/card.tsx';
import { ErrorState, LoadingState } from '../ui/message.tsx';
import { useName } from './actors.ts';
import { formatTime } from './format.ts';
import { getHistory } from './person-calls.ts';
import { useTask } from './use-task.ts';

type Change = History['changes'][number];

/** Who changed the person and when, as the audit has it, newest first. */
export function PersonHistory({ id, changes: version }: { id: string; changes: string }) {
  const [task, load] = useTask(() => getHistory(id));
  useEffect(() => void load(), [id, version]);
  const { value, error } = task.value;
  return (
    <Card title={t('console.person.history.title')}>
      {!value && error ? (
        <ErrorState title={t('console.person.history.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState />
      ) : value.changes.length === 0 ? (
        <p class="muted">{t('console.person.history.empty')}</p>
      ) : (
        <ol class="history">
          {value.changes.map((change) => (
            <OneChange key={change.sequence} change={change} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function OneChange({ change }: { change: Change }) {
  const who = useName(change.by);
  return (
    <li class="history__one" data-testid="person-change">
      <span>{wordsOf(change)}</span>
      <span class="muted small">
        {t('console.person.history.by', { who, time: formatTime(change.at, Date.now()) })}
      </span>
    </li>
  );
}

function wordsOf({ action, fromAnother, detail }: Change): string {
  const count = (name: string) => Number(detail[name] ?? 0);
  const photos = (name: string) => t('console.person.photosCount', { count: count(name) });
  switch (action) {
    case 'person.enrolled':
      return t('console.person.history.enrolled', { photos: photos('templates') });
    case 'person.photos-added':
      return t('console.person.history.photosAdded', { photos: photos('templates') });
    case 'person.photo-removed':
      return t('console.person.history.photoRemoved');
    case 'person.photo-moved':
      return t(fromAnother ? 'console.person.history.photoCame' : 'console.person.history.photoMoved');
    case 'person.merged':
      return fromAnother
        ? t('console.person.history.mergedIn', {
            photos: photos('photos'),
            sightings: t('console.person.sightingsCount', { count: count('sightings') }),
          })
        : t('console.person.history.mergedAway');
    case 'person.merge-undone':
      return t(fromAnother ? 'console.person.history.parted' : 'console.person.history.cameBack');
    case 'person.exported':
      return t('console.person.history.exported');
    case 'person.changed':
      return changedWords(detail);
  }
}

const FIELDS = ['name', 'externalId', 'consent'] as const;

function changedWords({ fields, hidden }: Change['detail']): string {
  const names = String(fields ?? '').split(' ');
  const changed = FIELDS.filter((name) => names.includes(name)).map((name) =>
    t(`console.person.history.fields.${name}`),
  );
  const parts = [
    ...(changed.length > 0 ? [t('console.person.history.changed', { fields: formatList(changed) })] : []),
    ...(hidden === undefined
      ? []
      : [t(hidden ? 'console.person.history.hidden' : 'console.person.history.unhidden')]),
  ];
  return parts.join(' · ');
}
