import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Alert } from '../../../protocol/events.ts';

const MUTED_KEY = 'facewire.alerts-muted';
/** Two falling tones, twice: pitch in Hz, and when each begins, s. */
const TONES = [
  [988, 0],
  [659, 0.18],
  [988, 0.5],
  [659, 0.68],
] as const;
const TONE_S = 0.16;

/** Whether alerts are to be silent on this browser; remembered. */
export const muted = signal(localStorage.getItem(MUTED_KEY) === 'true');
/** Browsers let no page make a sound before somebody has pressed something on it. */
export const blocked = signal(!navigator.userActivation.hasBeenActive);

let context: AudioContext | undefined;
/** A sound that was due while the browser let none be made. */
let due = false;

export function setMuted(value: boolean): void {
  muted.value = value;
  localStorage.setItem(MUTED_KEY, String(value));
}

/** Sounds once for each alert that is raised. @returns a function that ends it */
export function soundAlerts(raised: ReadonlySignal<Alert | undefined>): () => void {
  const first = raised.peek();
  const stop = effect(() => {
    const alert = raised.value;
    if (alert && alert !== first) sound();
  });
  const onGesture = () => {
    blocked.value = false;
    removeEventListener('pointerdown', onGesture);
    removeEventListener('keydown', onGesture);
    if (due) sound();
  };
  addEventListener('pointerdown', onGesture);
  addEventListener('keydown', onGesture);
  return () => {
    stop();
    removeEventListener('pointerdown', onGesture);
    removeEventListener('keydown', onGesture);
  };
}

function sound(): void {
  due = blocked.peek();
  if (muted.peek() || due) return;
  context ??= new AudioContext();
  const audio = context;
  void audio.resume();
  for (const [pitch, after] of TONES) {
    const begin = audio.currentTime + after;
    const tone = new OscillatorNode(audio, { type: 'triangle', frequency: pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.4, begin + 0.02);
    volume.gain.linearRampToValueAtTime(0, begin + TONE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + TONE_S);
  }
}
