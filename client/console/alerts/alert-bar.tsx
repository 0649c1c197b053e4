import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Sighting } from '../../../protocol/events.ts';
import type { Role } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { SightingDialog } from '../events/sighting-dialog.tsx';
import type { Live } from '../live.ts';
import { blocked, muted, setMuted, soundAlerts } from './alarm.ts';
import { AlertRow } from './alert-row.tsx';
import { AlertsDialog } from './alerts-dialog.tsx';

const SHOWN = 3;

/**
 * Open alerts, above every page, until somebody has seen to them; and the sound of a new one.
 * @param props.all whether the list of all alerts is open
 */
export function AlertBar({ live: { store }, role, all }: { live: Live; role: Role; all: Signal<boolean> }) {
  const shown = useSignal<Sighting | undefined>(undefined);
  useEffect(() => soundAlerts(store.raised), [store]);
  const alerts = store.alerts.value;
  const more = alerts.length - SHOWN;
  const { value: sighting } = shown;
  return (
    <>
      <div class="alert-bar">
        <div role="alert">
          {alerts.length > 0 && (
            <ul class="alert-list" aria-label={t('console.alerts.title')}>
              {alerts.slice(0, SHOWN).map((alert) => (
                <AlertRow
                  key={alert.id}
                  alert={alert}
                  store={store}
                  onShow={() => (shown.value = alert.sighting)}
                />
              ))}
            </ul>
          )}
        </div>
        {alerts.length > 0 && (
          <div class="alert-bar__tools">
            {blocked.value && !muted.value && <p class="small">{t('console.alerts.blocked')}</p>}
            <Button
              variant="quiet"
              icon={muted.value ? 'mute' : 'sound'}
              aria-pressed={muted.value}
              onClick={() => setMuted(!muted.peek())}
            >
              {t('console.alerts.mute')}
            </Button>
            <Button variant="quiet" icon="events" onClick={() => (all.value = true)}>
              {more > 0 ? t('console.alerts.more', { count: more }) : t('console.alerts.all')}
            </Button>
          </div>
        )}
      </div>
      {all.value && (
        <AlertsDialog
          store={store}
          onShow={(seen) => {
            all.value = false;
            shown.value = seen;
          }}
          onClose={() => (all.value = false)}
        />
      )}
      {sighting && (
        <SightingDialog
          sighting={store.changes.value.get(sighting.id) ?? sighting}
          now={store.now.peek()}
          mayAnswer={role === 'operator' || role === 'admin'}
          onChanged={(data) => store.apply({ notification: 'sightingChanged', data }, Date.now())}
          onClose={() => (shown.value = undefined)}
        />
      )}
    </>
  );
}
