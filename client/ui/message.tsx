import type { ComponentChildren } from 'preact';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import { STATE_ICONS, type UiState } from './state.ts';

type MessageProps = {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
};

/** Nothing here yet: says what would be here and how to get it. */
export function EmptyState({ icon, title, children, actions }: MessageProps) {
  return (
    <div class="message">
      <span class="message__icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children && <div class="message__text">{children}</div>}
      {actions && <div class="message__actions">{actions}</div>}
    </div>
  );
}

/** Something failed: says what, and offers the way out. Announced at once. */
export function ErrorState({
  title,
  children,
  onRetry,
  icon = 'error',
  actions,
}: Omit<MessageProps, 'icon'> & { icon?: IconName; onRetry?: (() => void) | undefined }) {
  return (
    <div class="message" role="alert">
      <span class="message__icon state--error">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children && <div class="message__text">{children}</div>}
      {(onRetry || actions) && (
        <div class="message__actions">
          {onRetry && (
            <Button icon="retry" onClick={onRetry}>
              {t('ui.retry')}
            </Button>
          )}
          {actions}
        </div>
      )}
    </div>
  );
}

/** Something is on its way. */
export function LoadingState({ text = t('ui.loading') }: { text?: string }) {
  return (
    <div class="message" role="status">
      <span class="message__icon">
        <Icon name="loading" spin />
      </span>
      <p class="message__text">{text}</p>
    </div>
  );
}

/** A boxed remark within a page. `live` announces it when it appears. */
export function Notice({
  state,
  title,
  live = false,
  children,
}: {
  state: UiState;
  title?: string;
  live?: boolean;
  children?: ComponentChildren;
}) {
  return (
    <div class={`notice state--${state}`} {...(live ? { role: state === 'error' ? 'alert' : 'status' } : {})}>
      <Icon name={STATE_ICONS[state]} />
      <div class="notice__body">
        {title && <p class="notice__title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
