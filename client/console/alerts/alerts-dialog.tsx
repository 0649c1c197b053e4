import { useEffect } from 'preact/hooks';
import type { Alert, Sighting } from '../../../protocol/events.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField } from '../../ui/field.tsx';
import { ErrorState, LoadingState } from '../../ui/message.tsx';
import type { ConsoleStore } from '../console.store.ts';
import { hrefOfPerson } from '../router.ts';
import { useTask } from '../use-task.ts';
import { blocked, muted, setMuted } from './alarm.ts';
import { AlertRow } from './alert-row.tsx';
import { listAcknowledged, listWatched } from './calls.ts';

/** Open alerts, those that somebody has seen to, and who is on the watch list. */
export function AlertsDialog({
  store,
  onShow,
  onClose,
}: {
  store: ConsoleStore;
  onShow: (sighting: Sighting) => void;
  onClose: () => void;
}) {
  const [task, load] = useTask(async () => {
    const [acknowledged, watched] = await Promise.all([listAcknowledged(), listWatched()]);
    return { acknowledged, watched };
  });
  const open = store.alerts.value;
  useEffect(() => void load(), [open]);
  const { value, error } = task.value;
  const list = (alerts: readonly Alert[]) => (
    <ul class="alert-list">
      {alerts.map((alert) => (
        <AlertRow key={alert.id} alert={alert} store={store} onShow={() => onShow(alert.sighting)} />
      ))}
    </ul>
  );
  return (
    <Dialog
      wide
      title={t('console.alerts.title')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <CheckField
        label={t('console.alerts.mute')}
        name="mute"
        checked={muted.value}
        onChecked={setMuted}
        {...(blocked.value ? { hint: t('console.alerts.blocked') } : {})}
      />
      <h3>{t('console.alerts.open')}</h3>
      {open.length > 0 ? list(open) : <p class="muted">{t('console.alerts.noneOpen')}</p>}
      {error && !value ? (
        <ErrorState title={t('console.alerts.loadFailed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState />
      ) : (
        <>
          <h3>{t('console.alerts.acknowledged')}</h3>
          {value.acknowledged.length > 0 ? (
            list(value.acknowledged)
          ) : (
            <p class="muted">{t('console.alerts.noneAcknowledged')}</p>
          )}
          <h3>{t('console.alerts.watchList')}</h3>
          {value.watched.length > 0 ? (
            <ul class="watch-list">
              {value.watched.map(({ id, name, watch }) => (
                <li key={id}>
                  <a href={hrefOfPerson(id)} onClick={onClose}>
                    {name}
                  </a>
                  {watch.note && <span class="muted small">{watch.note}</span>}
                </li>
              ))}
            </ul>
          ) : (
            <p class="muted">{t('console.alerts.nobodyWatched')}</p>
          )}
        </>
      )}
    </Dialog>
  );
}
