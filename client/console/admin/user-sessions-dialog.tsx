import { useEffect } from 'preact/hooks';
import type { User, UserSession } from '../../../protocol/access.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { formatTime } from '../format.ts';
import { useTask } from '../use-task.ts';
import { endUserSessions, listUserSessions } from './access-calls.ts';

/** In which browsers a user is logged in, each with the way to end it. */
export function UserSessionsDialog({
  user,
  onChanged,
  onClose,
}: {
  user: User;
  onChanged: () => void;
  onClose: () => void;
}) {
  const [task, load] = useTask(() => listUserSessions(user.id));
  useEffect(() => void load(), []);
  const [ending, end] = useTask(async (id?: string) => {
    await endUserSessions(user.id, id);
    onChanged();
    await load();
  });
  const { value: sessions, error } = task.value;
  return (
    <Dialog
      title={t('console.users.sessionsTitle', { name: user.name })}
      onClose={onClose}
      actions={
        <>
          {sessions && sessions.length > 1 && (
            <Button variant="danger" busy={ending.value.busy} onClick={() => void end()}>
              {t('console.users.endAll')}
            </Button>
          )}
          <Button onClick={onClose}>{t('ui.close')}</Button>
        </>
      }
    >
      {error ? (
        <ErrorState title={t('console.users.sessionsFailed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !sessions ? (
        <LoadingState />
      ) : sessions.length === 0 ? (
        <p class="muted">{t('console.users.sessionsEmpty')}</p>
      ) : (
        <ul class="rows rows--inset">
          {sessions.map((one) => (
            <SessionRow key={one.id} session={one} busy={ending.value.busy} onEnd={() => void end(one.id)} />
          ))}
        </ul>
      )}
      {ending.value.error && (
        <Notice state="error" live title={t('console.users.endFailed')}>
          <p>{ending.value.error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}

function SessionRow({ session, busy, onEnd }: { session: UserSession; busy: boolean; onEnd: () => void }) {
  const { browser, startedBy, createdAt, lastSeenAt, current } = session;
  const name = browserName(browser);
  const now = Date.now();
  return (
    <li class="row row--session" data-testid="session">
      <div class="row__what row__what--stacked">
        <span class="row__title truncate" title={browser}>
          {name}
        </span>
        {current && <Badge state="info">{t('console.users.sessionCurrent')}</Badge>}
        <span class="muted small">
          {t('console.users.sessionFacts', {
            since: formatTime(createdAt, now),
            seen: formatTime(lastSeenAt, now),
          })}
          {' · '}
          {t(startedBy === 'link' ? 'console.users.byLink' : 'console.users.byPassword')}
        </span>
      </div>
      <Button busy={busy} aria-label={t('console.users.endNamed', { browser: name })} onClick={onEnd}>
        {t('console.users.end')}
      </Button>
    </li>
  );
}

const BROWSERS = [
  ['Edge', /Edg\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrom(e|ium)\//],
  ['Safari', /Safari\//],
] as const;
const SYSTEMS = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS/],
  ['Linux', /Linux/],
] as const;

/** A User-Agent in two words, as people call their browsers; what is not known stays as it was sent. */
function browserName(agent: string): string {
  const browser = BROWSERS.find(([, pattern]) => pattern.test(agent))?.[0];
  const system = SYSTEMS.find(([, pattern]) => pattern.test(agent))?.[0];
  return browser && system ? t('console.users.browserOn', { browser, system }) : agent;
}
