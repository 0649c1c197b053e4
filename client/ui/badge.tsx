import type { ComponentChildren } from 'preact';
import { t } from '../i18n/t.ts';
import { Icon, type IconName } from './icon.tsx';
import { STATE_ICONS, type UiState } from './state.ts';

/** A state as icon and word on its tint; `children` replace the word (a name, for instance). */
export function Badge({
  state,
  onVideo = false,
  icon = STATE_ICONS[state],
  children,
}: {
  state: UiState;
  onVideo?: boolean;
  icon?: IconName;
  children?: ComponentChildren;
}) {
  return (
    <span class={`badge state--${state}${onVideo ? ' badge--on-video' : ''}`}>
      <Icon name={icon} />
      <span>{children ?? t(`ui.state.${state}`)}</span>
    </span>
  );
}

/** A dot with its word: whether something is connected or works. Hollow when offline. */
export function StatusDot({ state, children }: { state: UiState; children?: ComponentChildren }) {
  return (
    <span class={`status-dot state--${state}`}>
      <span class="status-dot__mark" aria-hidden="true" />
      <span>{children ?? t(`ui.state.${state}`)}</span>
    </span>
  );
}
