import { useSignal } from '@preact/signals';
import { z } from 'zod';
import { ACCESS_LIMITS } from '../../protocol/access.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/message.tsx';
import { showToast } from '../ui/toast.tsx';
import { call } from './api.ts';
import { formatTime } from './format.ts';
import { session } from './session.ts';
import { useTask } from './use-task.ts';

const { least, most } = ACCESS_LIMITS.passwordLength;

/** Who is logged in here, until when, and their password. */
export function AccountDialog({ onLogOut, onClose }: { onLogOut: () => void; onClose: () => void }) {
  const { role = 'guard', expiresAt, user } = session.value ?? {};
  return (
    <Dialog
      title={user?.name ?? t('console.account.title')}
      onClose={onClose}
      actions={
        <>
          <Button icon="logout" onClick={onLogOut}>
            {t('console.logout')}
          </Button>
          <Button onClick={onClose}>{t('ui.close')}</Button>
        </>
      }
    >
      <p class="muted">
        {role !== 'kiosk' && t('console.account.role', { role: t(`console.users.roles.${role}`) })}
        {'. '}
        {expiresAt && t('console.account.until', { time: formatTime(expiresAt, Date.now()) })}
      </p>
      {user ? <PasswordForm user={user} onClose={onClose} /> : <p>{t('console.account.nobody')}</p>}
    </Dialog>
  );
}

function PasswordForm({
  user,
  onClose,
}: {
  user: { name: string; hasPassword: boolean; maySetPassword: boolean };
  onClose: () => void;
}) {
  const current = useSignal('');
  const password = useSignal('');
  const again = useSignal('');
  const tried = useSignal(false);
  const asksCurrent = user.hasPassword && !user.maySetPassword;
  const [task, save] = useTask(async () => {
    await call('/auth/password', z.undefined(), {
      method: 'PUT',
      body: { password: password.value, ...(asksCurrent ? { current: current.value } : {}) },
    });
    const before = session.value;
    if (before?.user) session.value = { ...before, user: { ...before.user, hasPassword: true } };
    showToast({ state: 'ok', text: t('console.account.saved') });
    onClose();
  });
  const { busy, error } = task.value;
  const short = password.value.length < least;
  const differs = password.value !== again.value;
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        tried.value = true;
        if (!short && !differs) void save();
      }}
    >
      <h3>{t(user.hasPassword ? 'console.account.changeTitle' : 'console.account.setTitle')}</h3>
      <p class="muted">{t('console.account.setText', { name: user.name })}</p>
      <input
        class="visually-hidden"
        autoComplete="username"
        value={user.name}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      {asksCurrent && (
        <Field
          label={t('console.account.current')}
          name="current"
          secret
          autoComplete="current-password"
          required
          maxLength={most}
          value={current.value}
          onValue={(text) => {
            current.value = text;
          }}
          error={error?.code === 'wrong-password' ? error.message : undefined}
        />
      )}
      <Field
        label={t('console.account.password')}
        name="password"
        secret
        autoComplete="new-password"
        required
        hint={t('console.account.passwordHint', { least })}
        maxLength={most}
        value={password.value}
        onValue={(text) => {
          password.value = text;
        }}
        error={tried.value && short ? t('console.account.tooShort', { least }) : error?.fields.password}
      />
      <Field
        label={t('console.account.repeat')}
        name="again"
        secret
        autoComplete="new-password"
        required
        maxLength={most}
        value={again.value}
        onValue={(text) => {
          again.value = text;
        }}
        error={tried.value && differs ? t('console.account.differs') : undefined}
      />
      {error && error.code !== 'wrong-password' && (
        <Notice state="error" live title={t('console.account.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      <div class="buttons">
        <Button type="submit" variant="primary" busy={busy}>
          {t('console.account.save')}
        </Button>
      </div>
    </form>
  );
}
