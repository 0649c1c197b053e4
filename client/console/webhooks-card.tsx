import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Webhook } from '../../protocol/webhooks.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { showToast } from '../ui/toast.tsx';
import { formatTime } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import { useTask } from './use-task.ts';
import { AddWebhookDialog } from './webhook-add-dialog.tsx';
import { changeWebhook, deleteWebhook, listWebhooks, testWebhook } from './webhook-calls.ts';

const QUIET_MS = 10_000;

/** Who is told of sightings, and whether it arrives. */
export function WebhooksCard() {
  const adding = useSignal(false);
  const deleting = useSignal<Webhook | undefined>(undefined);
  const [task, load] = useTask(listWebhooks);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), QUIET_MS);
    return () => clearInterval(timer);
  }, []);
  const { value: webhooks, error } = task.value;
  return (
    <Card
      title={t('console.webhooks.title')}
      aside={
        <Button
          icon="plus"
          onClick={() => {
            adding.value = true;
          }}
        >
          {t('console.webhooks.add')}
        </Button>
      }
    >
      <p class="muted">{t('console.webhooks.lead')}</p>
      {error ? (
        <ErrorState title={t('console.webhooks.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !webhooks ? (
        <LoadingState />
      ) : webhooks.length === 0 ? (
        <EmptyState icon="events" title={t('console.webhooks.emptyTitle')}>
          {t('console.webhooks.empty')}
        </EmptyState>
      ) : (
        <ul class="webhooks" onKeyDown={moveByArrows}>
          {webhooks.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              webhook={webhook}
              onChanged={() => void load()}
              onDelete={() => {
                deleting.value = webhook;
              }}
            />
          ))}
        </ul>
      )}
      {adding.value && (
        <AddWebhookDialog
          onAdded={() => void load()}
          onClose={() => {
            adding.value = false;
          }}
        />
      )}
      {deleting.value && (
        <DeleteDialog
          webhook={deleting.value}
          onDeleted={() => void load()}
          onClose={() => {
            deleting.value = undefined;
          }}
        />
      )}
    </Card>
  );
}

function WebhookRow({
  webhook,
  onChanged,
  onDelete,
}: {
  webhook: Webhook;
  onChanged: () => void;
  onDelete: () => void;
}) {
  const { id, url, enabled, lastFailure, lastSuccessAt } = webhook;
  const name = hostOf(url);
  const [changing, change] = useTask(async () => {
    await changeWebhook(id, { enabled: !enabled });
    onChanged();
  });
  const [testing, test] = useTask(async () => {
    const { delivered, reason = '' } = await testWebhook(id);
    if (delivered) showToast({ state: 'ok', text: t('console.webhooks.testOk', { name }) });
    else showToast({ state: 'error', text: t('console.webhooks.testFailed', { name, reason }) });
    onChanged();
  });
  const error = changing.value.error ?? testing.value.error;
  const failing = lastFailure && (!lastSuccessAt || lastFailure.at > lastSuccessAt);
  return (
    <li class="webhook" data-testid="webhook" data-enabled={String(enabled)}>
      <div class="webhook__what">
        <span class="webhook__address" title={url}>
          {url}
        </span>
        {!enabled && <Badge state="offline">{t('console.webhooks.off')}</Badge>}
        <span class="muted small">{factsOf(webhook)}</span>
        {failing && (
          <span class="webhook__failure small">
            <Icon name="warning" />
            <span>
              {t('console.webhooks.failure', {
                time: formatTime(lastFailure.at, Date.now()),
                reason: lastFailure.reason,
              })}
            </span>
          </span>
        )}
      </div>
      <div class="webhook__actions">
        <Button
          data-arrow-stop
          busy={testing.value.busy}
          aria-label={t('console.webhooks.testNamed', { name })}
          onClick={() => void test()}
        >
          {t('console.webhooks.test')}
        </Button>
        <Button
          data-arrow-stop
          busy={changing.value.busy}
          aria-label={t(enabled ? 'console.webhooks.disableNamed' : 'console.webhooks.enableNamed', { name })}
          onClick={() => void change()}
        >
          {t(enabled ? 'console.webhooks.disable' : 'console.webhooks.enable')}
        </Button>
        <Button
          variant="quiet"
          icon="trash"
          data-arrow-stop
          aria-label={t('console.webhooks.deleteNamed', { name })}
          title={t('console.webhooks.deleteNamed', { name })}
          onClick={onDelete}
        />
      </div>
      {error && (
        <Notice state="error" live title={t('console.webhooks.changeFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </li>
  );
}

function DeleteDialog({
  webhook,
  onDeleted,
  onClose,
}: {
  webhook: Webhook;
  onDeleted: () => void;
  onClose: () => void;
}) {
  const [task, remove] = useTask(async () => {
    await deleteWebhook(webhook.id);
    onDeleted();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.webhooks.deleteTitle', { name: hostOf(webhook.url) })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" busy={busy} onClick={() => void remove()}>
            {t('console.webhooks.delete')}
          </Button>
        </>
      }
    >
      <p>{t('console.webhooks.deleteText')}</p>
      {error && (
        <Notice state="error" live title={t('console.webhooks.deleteFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}

function factsOf({ about, moments, lastSuccessAt, waiting }: Webhook): string {
  return [
    `${about.map((whose) => t(`console.webhooks.about.${whose}`)).join(', ')} (${moments
      .map((moment) => t(`console.webhooks.moments.${moment}`))
      .join(', ')})`,
    lastSuccessAt
      ? t('console.webhooks.last', { time: formatTime(lastSuccessAt, Date.now()) })
      : t('console.webhooks.never'),
    ...(waiting ? [t('console.webhooks.waiting', { count: waiting })] : []),
  ].join(' · ');
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
