import { type PipelineState, PULSE_EVERY_MS } from '../../protocol/kiosks.ts';

/** Two beats may be lost or late before a kiosk counts as silent: consoles say so within two seconds. */
const SILENT_AFTER_MS = 3 * PULSE_EVERY_MS;

/** Whether a kiosk's pipeline runs: by what its page says twice a second, and by its silence. */
export class Pulse {
  readonly #onState: (state: PipelineState | 'silent') => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { onState: (state: PipelineState | 'silent') => void }) {
    this.#onState = options.onState;
  }

  handle(state: PipelineState): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onState('silent'), SILENT_AFTER_MS);
    this.#onState(state);
  }

  /** Nobody is there who could be silent. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
