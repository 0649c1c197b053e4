import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApiToken } from '../../../protocol/access.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { useName } from '../actors.ts';
import { formatDate, formatTime } from '../format.ts';
import { moveByArrows } from '../keyboard.ts';
import { useTask } from '../use-task.ts';
import { listTokens, revokeToken } from './access-calls.ts';
import { AddTokenDialog } from './token-add-dialog.tsx';

/** Tokens of programs: what each is for, what it may do, when it was used. */
export function TokensCard() {
  const adding = useSignal(false);
  const revoking = useSignal<ApiToken | undefined>(undefined);
  const [task, load] = useTask(listTokens);
  useEffect(() => void load(), []);
  const { value: tokens, error } = task.value;
  return (
    <Card
      title={t('console.tokens.title')}
      aside={
        <Button
          variant="primary"
          icon="plus"
          onClick={() => {
            adding.value = true;
          }}
        >
          {t('console.tokens.add')}
        </Button>
      }
    >
      <p class="muted">{t('console.tokens.lead')}</p>
      {error ? (
        <ErrorState title={t('console.tokens.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !tokens ? (
        <LoadingState />
      ) : tokens.length === 0 ? (
        <EmptyState icon="key" title={t('console.tokens.emptyTitle')}>
          {t('console.tokens.empty')}
        </EmptyState>
      ) : (
        <ul class="rows rows--inset" onKeyDown={moveByArrows}>
          {tokens.map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              onRevoke={() => {
                revoking.value = token;
              }}
            />
          ))}
        </ul>
      )}
      {adding.value && (
        <AddTokenDialog
          onAdded={() => void load()}
          onClose={() => {
            adding.value = false;
          }}
        />
      )}
      {revoking.value && (
        <RevokeDialog
          token={revoking.value}
          onRevoked={() => void load()}
          onClose={() => {
            revoking.value = undefined;
          }}
        />
      )}
    </Card>
  );
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const { name, role, createdAt, createdBy, expiresAt, lastUsedAt } = token;
  const now = Date.now();
  const expired = expiresAt !== null && Date.parse(expiresAt) < now;
  const label = t('console.tokens.revokeNamed', { name });
  return (
    <li class="row row--user" data-testid="token">
      <div class="row__what row__what--stacked">
        <span class="row__title truncate" title={name}>
          {name}
        </span>
        <span class="muted small">
          {lastUsedAt
            ? t('console.tokens.used', { time: formatTime(lastUsedAt, now) })
            : t('console.tokens.unused')}
          {' · '}
          {expiresAt
            ? t('console.tokens.until', { date: formatDate(expiresAt) })
            : t('console.tokens.forever')}
          {' · '}
          {t('console.tokens.by', { name: useName(createdBy), date: formatDate(createdAt) })}
        </span>
      </div>
      {expired ? (
        <Badge state="warning">{t('console.tokens.expired')}</Badge>
      ) : (
        <span class="row__role">{t(`console.users.roles.${role}`)}</span>
      )}
      <div class="row__actions">
        <Button
          variant="quiet"
          icon="trash"
          data-arrow-stop
          aria-label={label}
          title={label}
          onClick={onRevoke}
        />
      </div>
    </li>
  );
}

function RevokeDialog({
  token,
  onRevoked,
  onClose,
}: {
  token: ApiToken;
  onRevoked: () => void;
  onClose: () => void;
}) {
  const [task, revoke] = useTask(async () => {
    await revokeToken(token.id);
    onRevoked();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.tokens.revokeTitle', { name: token.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" busy={busy} onClick={() => void revoke()}>
            {t('console.tokens.revoke')}
          </Button>
        </>
      }
    >
      <p>{t('console.tokens.revokeText')}</p>
      {error && (
        <Notice state="error" live title={t('console.tokens.revokeFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
