import { t } from '../i18n/t.ts';
import { StatusDot } from '../ui/badge.tsx';
import { headlineOf } from './headline.ts';
import type { HeadlineAction } from './headline-look.ts';
import type { KioskState } from './kiosk.state.ts';
import type { Kiosk } from './kiosk.ts';
import { LearningNote } from './learning/learning.view.tsx';
import { Line } from './line.view.tsx';
import { Stage } from './stage.view.tsx';

/** The whole page: who this kiosk is, the picture, and the line. */
export function KioskPage({ kiosk }: { kiosk: Kiosk }) {
  const state = kiosk.state.value;
  const actions: Record<HeadlineAction, () => void> = {
    retryNow: () => kiosk.reconnect(),
    takeOver: () => kiosk.reconnect(),
    retryCamera: () => kiosk.useCamera(),
    reload: () => location.reload(),
  };
  return (
    <div class="kiosk">
      <Header state={state} onCamera={(id) => kiosk.useCamera(id)} />
      <main class="kiosk__main">
        <Stage state={state} onFrame={kiosk.handleFrame} />
        <Line
          headline={headlineOf(state)}
          models={state.models}
          retryAt={state.link.kind === 'offline' ? state.link.retryAt : undefined}
          onAction={(action) => actions[action]()}
        />
        {state.learning && (
          <LearningNote view={state.learning} onPause={(paused) => kiosk.pauseLearning(paused)} />
        )}
      </main>
    </div>
  );
}

function Header({ state, onCamera }: { state: KioskState; onCamera: (id: string) => void }) {
  const { identity, link, camera, models } = state;
  return (
    <header class="kiosk__head">
      <h1 class="kiosk__name truncate">
        {identity?.name ?? t('kiosk.unnamed')}
        {identity?.place && <span class="kiosk__place"> {identity.place}</span>}
      </h1>
      {camera.kind === 'live' && camera.choices.length > 1 && (
        <select
          class="kiosk__camera field__input"
          aria-label={t('kiosk.camera')}
          value={camera.id}
          onChange={(event) => onCamera(event.currentTarget.value)}
        >
          {camera.choices.map(({ id, name }, i) => (
            <option key={id} value={id}>
              {name || t('kiosk.cameraNumber', { number: i + 1 })}
            </option>
          ))}
        </select>
      )}
      {models.kind === 'ready' && (
        <p class="kiosk__backend" data-testid="backend" data-backend={models.backend}>
          {t('kiosk.runsOn', { backend: t(`kiosk.backend.${models.backend}`) })}
        </p>
      )}
      <StatusDot state={link.kind === 'online' ? 'online' : 'offline'} />
    </header>
  );
}
