import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ALERT_LIMITS } from '../../../protocol/alerts.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { formatTime } from '../format.ts';
import { useTask } from '../use-task.ts';
import { listWatched, unwatchPerson, watchPerson } from './calls.ts';

/** Whether a person is on the watch list, with the note for whoever sees the alert. */
export function WatchCard({ person }: { person: { id: string; name: string } }) {
  const note = useSignal('');
  const [task, load] = useTask(async () => {
    const watch = (await listWatched()).find(({ id }) => id === person.id)?.watch ?? null;
    note.value = watch?.note ?? '';
    return { watch };
  });
  const [change, run] = useTask(async (what: 'put' | 'take') => {
    if (what === 'put') await watchPerson(person.id, note.peek().trim());
    else await unwatchPerson(person.id);
    await load();
  });
  useEffect(() => void load(), [person.id]);
  const { value, error } = task.value;
  const { busy } = change.value;
  const watch = value?.watch;
  return (
    <Card title={t('console.alerts.watchList')}>
      {!value && error ? (
        <ErrorState title={t('console.alerts.loadFailed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState />
      ) : (
        <form
          class="form"
          data-testid="watch"
          data-watched={Boolean(watch)}
          onSubmit={(event) => {
            event.preventDefault();
            void run('put');
          }}
        >
          {watch ? (
            <Notice state="warning" title={t('console.alerts.isWatched')}>
              <p class="small">
                {t('console.alerts.watchedBy', { by: watch.by, time: formatTime(watch.at, Date.now()) })}
              </p>
            </Notice>
          ) : (
            <p class="muted">{t('console.alerts.why', { name: person.name })}</p>
          )}
          <Field
            label={t('console.alerts.note')}
            name="note"
            maxLength={ALERT_LIMITS.noteLength}
            value={note.value}
            onValue={(text) => (note.value = text)}
            hint={t('console.alerts.noteHint')}
          />
          {change.value.error && (
            <Notice state="error" live title={t('console.alerts.notChanged')}>
              <p>{change.value.error.message}</p>
            </Notice>
          )}
          <div class="buttons">
            <Button type="submit" busy={busy} icon={watch ? 'check' : 'bell'}>
              {t(watch ? 'console.alerts.saveNote' : 'console.alerts.watch')}
            </Button>
            {watch && (
              <Button disabled={busy} onClick={() => void run('take')}>
                {t('console.alerts.unwatch')}
              </Button>
            )}
          </div>
        </form>
      )}
    </Card>
  );
}
