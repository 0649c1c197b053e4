import type { Alert } from '../../../protocol/events.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { showToast } from '../../ui/toast.tsx';
import type { ConsoleStore } from '../console.store.ts';
import { CropImage } from '../crop-image.tsx';
import { formatTime } from '../format.ts';
import { useTask } from '../use-task.ts';
import { acknowledgeAlert } from './calls.ts';

/** One alert: who, where, when, what to do; and a way to say that it is seen to. */
export function AlertRow({
  alert,
  store,
  onShow,
}: {
  alert: Alert;
  store: ConsoleStore;
  onShow: () => void;
}) {
  const { sighting, note, acknowledged, at } = alert;
  const [task, acknowledge] = useTask(async () => {
    try {
      const data = await acknowledgeAlert(alert.id);
      store.apply({ notification: 'alertChanged', data }, Date.now());
    } catch (error) {
      showToast({ state: 'error', text: t('console.alerts.failed') });
      throw error;
    }
  });
  const now = store.now.peek();
  return (
    <li
      class={acknowledged ? 'alert' : 'alert alert--open'}
      data-testid="alert"
      data-open={acknowledged === null}
    >
      <CropImage url={sighting.cropUrl} />
      <div class="alert__what">
        <strong class="alert__who">
          <Icon name={acknowledged ? 'check' : 'warning'} />
          <span class="truncate">
            {t('console.alerts.who', { name: sighting.name ?? t('ui.state.unknown') })}
          </span>
        </strong>
        <span class="small figure">
          {sighting.streamName} · <time dateTime={at}>{formatTime(at, now)}</time>
        </span>
        {note && <span class="alert__note">{note}</span>}
        {acknowledged && (
          <span class="muted small">
            {t('console.alerts.seenTo', { by: acknowledged.by, time: formatTime(acknowledged.at, now) })}
          </span>
        )}
      </div>
      <div class="alert__actions">
        <Button onClick={onShow}>{t('console.alerts.show')}</Button>
        {!acknowledged && (
          <Button
            variant="primary"
            icon="check"
            busy={task.value.busy}
            aria-label={t('console.alerts.acknowledgeWho', { name: sighting.name ?? '' })}
            onClick={() => void acknowledge()}
          >
            {t('console.alerts.acknowledge')}
          </Button>
        )}
      </div>
    </li>
  );
}
