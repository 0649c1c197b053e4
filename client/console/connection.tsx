import type { ReadonlySignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import type { SignalingStatus } from '../net/signaling.ts';
import { StatusDot } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { problemText } from './problem-text.ts';

/** Whether what the page shows is live; when it is not: since when a new try runs, or why it is over. */
export function Connection({
  status,
  now,
  onRetry,
}: {
  status: ReadonlySignal<SignalingStatus>;
  now: ReadonlySignal<number>;
  onRetry: () => void;
}) {
  const current = status.value;
  return (
    <div class="connection" data-testid="connection" data-state={current.kind}>
      {/* The countdown is outside the live region: read once, not each second. */}
      <span role="status">
        <StatusDot state={dotOf(current)}>{wordOf(current)}</StatusDot>
      </span>
      {current.kind === 'offline' && (
        <span class="connection__retry">
          <span class="muted figure" aria-hidden="true">
            {t('console.connection.retryIn', { seconds: secondsUntil(current.retryAt, now.value) })}
          </span>
          <Button
            variant="quiet"
            icon="retry"
            aria-label={t('console.connection.retryNow')}
            onClick={onRetry}
          />
        </span>
      )}
      {current.kind === 'ended' && (
        <span class="muted small">{problemText(current.reason, current.message)}</span>
      )}
    </div>
  );
}

function dotOf(status: SignalingStatus) {
  const dots = { connecting: 'info', online: 'online', offline: 'offline', ended: 'error' } as const;
  return dots[status.kind];
}

function wordOf(status: SignalingStatus): string {
  return t(`console.connection.${status.kind}`);
}

function secondsUntil(retryAt: number, now: number): number {
  return Math.max(0, Math.ceil((retryAt - now) / 1000));
}
