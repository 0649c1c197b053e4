import { useSignal } from '@preact/signals';
import { type ConsoleRole, LIMITS } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/message.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { CopyOnce } from '../copy-once.tsx';
import { useTask } from '../use-task.ts';
import { createToken } from './access-calls.ts';
import { RoleChoice } from './role-choice.tsx';

const DAYS = [30, 90, 365] as const;

/** Asks what a token is for and what it may do, then shows it this once. */
export function AddTokenDialog({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const name = useSignal('');
  const role = useSignal<ConsoleRole>('operator');
  const days = useSignal('90');
  const tried = useSignal(false);
  const [task, create] = useTask(async () => {
    const created = await createToken({
      name: name.value.trim(),
      role: role.value,
      ...(days.value === '' ? {} : { expiresInDays: Number(days.value) }),
    });
    onAdded();
    return created;
  });
  const { busy, value, error } = task.value;
  if (value) return <SecretDialog name={value.token.name} secret={value.secret} onClose={onClose} />;
  const missing = name.value.trim() === '';
  return (
    <Dialog title={t('console.tokens.addTitle')} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tried.value = true;
          if (!missing) void create();
        }}
      >
        <Field
          label={t('console.tokens.name')}
          name="name"
          required
          maxLength={LIMITS.nameLength}
          value={name.value}
          onValue={(text) => {
            name.value = text;
          }}
          error={tried.value && missing ? t('console.tokens.nameMissing') : error?.fields.name}
        />
        <RoleChoice
          role={role.value}
          onRole={(chosen) => {
            role.value = chosen;
          }}
        />
        <SelectField
          label={t('console.tokens.expires')}
          value={days.value}
          onValue={(text) => {
            days.value = text;
          }}
          options={[
            ...DAYS.map((count) => ({ value: String(count), label: t('console.tokens.days', { count }) })),
            { value: '', label: t('console.tokens.forever') },
          ]}
        />
        {error && (
          <Notice state="error" live title={t('console.tokens.addFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        <div class="dialog__actions">
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('console.tokens.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function SecretDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog
      title={t('console.tokens.secretTitle', { name })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <p>{t('console.tokens.secretText')}</p>
      <CopyOnce text={secret} testId="token-secret" />
      <Notice state="warning" title={t('console.tokens.onceTitle')}>
        <p>{t('console.tokens.once')}</p>
      </Notice>
    </Dialog>
  );
}
