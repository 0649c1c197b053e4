import type { LabelState } from '../../protocol/label.ts';
import type { IconName } from './icon.tsx';

/** Everything that a Badge, StatusDot or notice can say: a label's states, a stream's, and an outcome. */
export type UiState = LabelState | 'online' | 'offline' | 'ok' | 'info' | 'warning' | 'error';

export const STATE_ICONS = {
  identified: 'check',
  unknown: 'question',
  looking: 'search',
  ambiguous: 'split',
  'poor-quality': 'blur',
  'spoof-suspect': 'shield',
  online: 'online',
  offline: 'offline',
  ok: 'check',
  info: 'info',
  warning: 'warning',
  error: 'error',
} as const satisfies Record<UiState, IconName>;
