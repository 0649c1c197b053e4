import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { User } from '../../../protocol/access.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/message.tsx';
import { formatTime } from '../format.ts';
import { moveByArrows } from '../keyboard.ts';
import { NewLinkDialog } from '../link-dialog.tsx';
import { session } from '../session.ts';
import { useTask } from '../use-task.ts';
import { createUserLink, listUsers } from './access-calls.ts';
import { AddUserDialog, EditUserDialog } from './user-dialogs.tsx';
import { UserSessionsDialog } from './user-sessions-dialog.tsx';

/** Who may use the console, in which role, and where they are logged in. */
export function UsersCard() {
  const adding = useSignal(false);
  const chosen = useSignal<{ user: User; what: 'edit' | 'link' | 'sessions' } | undefined>(undefined);
  const [task, load] = useTask(listUsers);
  useEffect(() => void load(), []);
  const { value: users, error } = task.value;
  const close = () => {
    chosen.value = undefined;
  };
  const { user, what } = chosen.value ?? {};
  return (
    <Card
      title={t('console.users.title')}
      aside={
        <Button
          variant="primary"
          icon="plus"
          onClick={() => {
            adding.value = true;
          }}
        >
          {t('console.users.add')}
        </Button>
      }
    >
      <p class="muted">{t('console.users.lead')}</p>
      {error ? (
        <ErrorState title={t('console.users.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !users ? (
        <LoadingState />
      ) : users.length === 0 ? (
        <EmptyState icon="people" title={t('console.users.emptyTitle')}>
          {t('console.users.empty')}
        </EmptyState>
      ) : (
        <ul class="rows rows--inset" onKeyDown={moveByArrows}>
          {users.map((one) => (
            <UserRow
              key={one.id}
              user={one}
              onChoose={(choice) => {
                chosen.value = { user: one, what: choice };
              }}
            />
          ))}
        </ul>
      )}
      {adding.value && (
        <AddUserDialog
          onAdded={() => void load()}
          onClose={() => {
            adding.value = false;
          }}
        />
      )}
      {user && what === 'edit' && (
        <EditUserDialog user={user} onChanged={() => void load()} onClose={close} />
      )}
      {user && what === 'link' && (
        <NewLinkDialog name={user.name} make={() => createUserLink(user.id)} onClose={close} />
      )}
      {user && what === 'sessions' && (
        <UserSessionsDialog user={user} onChanged={() => void load()} onClose={close} />
      )}
    </Card>
  );
}

function UserRow({ user, onChoose }: { user: User; onChoose: (what: 'edit' | 'link' | 'sessions') => void }) {
  const { id, name, role, disabled } = user;
  const actions = [
    ['sessions', 'streams', t('console.users.sessionsOf', { name })],
    ['link', 'key', t('console.users.link', { name })],
    ['edit', 'edit', t('console.users.edit', { name })],
  ] as const;
  return (
    <li class="row row--user" data-testid="user">
      <div class="row__what row__what--stacked">
        <span class="row__title truncate" title={name}>
          {name} {id === session.value?.user?.id && <span class="muted">({t('console.users.you')})</span>}
        </span>
        <span class="muted small">{factsOf(user)}</span>
      </div>
      {disabled ? (
        <Badge state="offline">{t('console.users.disabled')}</Badge>
      ) : (
        <span class="row__role">{t(`console.users.roles.${role}`)}</span>
      )}
      <div class="row__actions">
        {actions.map(([what, icon, label]) => (
          <Button
            key={what}
            variant="quiet"
            icon={icon}
            data-arrow-stop
            disabled={what === 'link' && disabled}
            aria-label={label}
            title={label}
            onClick={() => onChoose(what)}
          />
        ))}
      </div>
    </li>
  );
}

function factsOf({ lastSeenAt, sessions, hasPassword }: User): string {
  if (!lastSeenAt) return t('console.users.invited');
  return [
    t('console.users.seen', { time: formatTime(lastSeenAt, Date.now()) }),
    sessions > 0 ? t('console.users.sessions', { count: sessions }) : t('console.users.noSessions'),
    ...(hasPassword ? [] : [t('console.users.noPassword')]),
  ].join(' · ');
}
