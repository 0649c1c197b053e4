import type { IconName } from '../ui/icon.tsx';
import { STATE_ICONS, type UiState } from '../ui/state.ts';
import type { HeadlineState } from './headline.ts';

/** What a person can do about a state with one press. */
export type HeadlineAction = 'retryNow' | 'retryCamera' | 'reload' | 'takeOver';

export type HeadlineLook = { tone: UiState; icon: IconName; action?: HeadlineAction };

const hint: HeadlineLook = { tone: 'poor-quality', icon: STATE_ICONS['poor-quality'] };
const camera: HeadlineLook = { tone: 'warning', icon: 'camera', action: 'retryCamera' };
const link: HeadlineLook = { tone: 'warning', icon: 'key' };
const waiting: HeadlineLook = { tone: 'info', icon: 'loading' };
const label = (
  state: 'looking' | 'identified' | 'unknown' | 'ambiguous' | 'poor-quality' | 'spoof-suspect',
) => ({
  tone: state,
  icon: STATE_ICONS[state],
});

/** Colour, icon and action of every state of the large line. */
export const HEADLINE_LOOKS: Readonly<Record<HeadlineState, HeadlineLook>> = {
  'asking-permission': { tone: 'info', icon: 'camera' },
  'camera-insecure-context': { tone: 'warning', icon: 'shield' },
  'camera-denied': camera,
  'camera-none': camera,
  'camera-busy': camera,
  'camera-lost': camera,
  'camera-failed': camera,
  'loading-models': waiting,
  'models-failed': { tone: 'error', icon: 'error', action: 'reload' },
  connecting: waiting,
  offline: { tone: 'offline', icon: 'offline', action: 'retryNow' },
  'no-session': link,
  'link-used': link,
  replaced: { tone: 'warning', icon: 'streams', action: 'takeOver' },
  revoked: { tone: 'error', icon: 'error' },
  'version-too-old': { tone: 'warning', icon: 'retry', action: 'reload' },
  'server-too-old': { tone: 'warning', icon: 'retry', action: 'reload' },
  refused: { tone: 'error', icon: 'error', action: 'reload' },
  'no-face': { tone: 'offline', icon: 'person' },
  looking: label('looking'),
  identified: label('identified'),
  unknown: label('unknown'),
  ambiguous: label('ambiguous'),
  'poor-quality': label('poor-quality'),
  'spoof-suspect': label('spoof-suspect'),
  'too-far': hint,
  blurred: hint,
  'too-dark': hint,
  'too-bright': hint,
  'turned-away': hint,
};
