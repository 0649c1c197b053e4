import { effect, type ReadonlySignal } from '@preact/signals';
import { type PipelineState, PULSE_EVERY_MS } from '../../protocol/kiosks.ts';
import type { KioskState } from './kiosk.state.ts';

/** Whether frames become faces here: what keeps them from it comes first. */
export function pipelineOf({ camera, models, frames }: KioskState): PipelineState {
  if (models.kind === 'failed') return 'failed';
  if (camera.kind === 'failed') return 'no-camera';
  if (camera.kind !== 'live' || models.kind === 'loading') return 'starting';
  return frames === 'none-yet' ? 'starting' : frames;
}

/**
 * Tells the server how the pipeline is: at once when that changes, and every half second, so that silence says that
 * the page has stopped.
 */
export function keepPulse(options: {
  state: ReadonlySignal<KioskState>;
  send: (state: PipelineState) => void;
}): void {
  const { state, send } = options;
  let told: PipelineState | undefined;
  effect(() => {
    const now = pipelineOf(state.value);
    if (now !== told) send(now);
    told = now;
  });
  setInterval(() => send(pipelineOf(state.peek())), PULSE_EVERY_MS);
}
