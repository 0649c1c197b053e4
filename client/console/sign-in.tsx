import { useSignal } from '@preact/signals';
import { ACCESS_LIMITS } from '../../protocol/access.ts';
import { LIMITS, sessionSchema } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import type { Login, Session } from '../net/login.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { EmptyState, ErrorState, Notice } from '../ui/message.tsx';
import { call } from './api.ts';
import { useTask } from './use-task.ts';

/** What stands in place of the console while nobody is logged in: why, and the ways in. */
export function SignIn({
  login,
  onRetry,
  onLoggedIn,
}: {
  login: Login;
  onRetry: () => void;
  onLoggedIn: (session: Session) => void;
}) {
  return (
    <main class="sign-in">
      {reason(login, onRetry)}
      {login.kind !== 'failed' && <PasswordForm onLoggedIn={onLoggedIn} />}
    </main>
  );
}

function reason(login: Login, onRetry: () => void) {
  switch (login.kind) {
    case 'session':
      return (
        <ErrorState icon="key" title={t('console.signIn.kioskTitle')}>
          {t('console.signIn.kioskText')}
        </ErrorState>
      );
    case 'link-used':
      return (
        <ErrorState icon="key" title={t('console.signIn.usedTitle')}>
          {t('console.signIn.howTo')}
        </ErrorState>
      );
    case 'no-session':
      return (
        <EmptyState icon="key" title={t('console.signIn.title')}>
          {t('console.signIn.howTo')}
        </EmptyState>
      );
    case 'failed':
      return (
        <ErrorState title={t('console.signIn.failedTitle')} onRetry={onRetry}>
          {login.message ?? t('console.error.offline')}
        </ErrorState>
      );
  }
}

/** Name and password, of a user who has set one. */
function PasswordForm({ onLoggedIn }: { onLoggedIn: (session: Session) => void }) {
  const name = useSignal('');
  const password = useSignal('');
  const [task, logIn] = useTask(async () => {
    const body = { name: name.value.trim(), password: password.value };
    onLoggedIn(await call('/auth/password', sessionSchema, { method: 'POST', body }));
  });
  const { busy, error } = task.value;
  const filled = name.value.trim() !== '' && password.value !== '';
  return (
    <form
      class="form sign-in__form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (filled) void logIn();
      }}
    >
      <h2>{t('console.account.logInTitle')}</h2>
      <Field
        label={t('console.account.name')}
        name="username"
        autoComplete="username"
        required
        maxLength={LIMITS.nameLength}
        value={name.value}
        onValue={(text) => {
          name.value = text;
        }}
      />
      <Field
        label={t('console.account.oldPassword')}
        name="password"
        secret
        autoComplete="current-password"
        required
        maxLength={ACCESS_LIMITS.passwordLength.most}
        value={password.value}
        onValue={(text) => {
          password.value = text;
        }}
      />
      {error && (
        <Notice state="error" live title={t('console.signIn.failedTitle')}>
          <p>{error.message}</p>
        </Notice>
      )}
      <Button type="submit" variant="primary" busy={busy} disabled={!filled}>
        {t('console.account.logIn')}
      </Button>
    </form>
  );
}
