import { useSignal } from '@preact/signals';
import type { User } from '../../../protocol/access.ts';
import { type ConsoleRole, LIMITS } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/message.tsx';
import { LinkDialog } from '../link-dialog.tsx';
import { session } from '../session.ts';
import { useTask } from '../use-task.ts';
import { changeUser, createUser, deleteUser } from './access-calls.ts';
import { RoleChoice } from './role-choice.tsx';

/** Asks for name and role, then shows the link that logs the user in this first time. */
export function AddUserDialog({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const name = useSignal('');
  const role = useSignal<ConsoleRole>('operator');
  const tried = useSignal(false);
  const [task, create] = useTask(async () => {
    const created = await createUser({ name: name.value.trim(), role: role.value });
    onAdded();
    return created;
  });
  const { busy, value, error } = task.value;
  if (value) return <LinkDialog name={value.user.name} url={value.url} onClose={onClose} />;
  const missing = name.value.trim() === '';
  return (
    <Dialog title={t('console.users.addTitle')} onClose={onClose}>
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
          label={t('console.users.name')}
          name="name"
          required
          hint={t('console.users.nameHint')}
          maxLength={LIMITS.nameLength}
          value={name.value}
          onValue={(text) => {
            name.value = text;
          }}
          error={tried.value && missing ? t('console.users.nameMissing') : error?.fields.name}
        />
        <RoleChoice
          role={role.value}
          onRole={(chosen) => {
            role.value = chosen;
          }}
        />
        {error && (
          <Notice state="error" live title={t('console.users.addFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        <div class="dialog__actions">
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('console.users.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Name, role, whether they may log in; and the way to delete them. */
export function EditUserDialog({
  user,
  onChanged,
  onClose,
}: {
  user: User;
  onChanged: () => void;
  onClose: () => void;
}) {
  const own = user.id === session.value?.user?.id;
  const name = useSignal(user.name);
  const role = useSignal<ConsoleRole>(user.role);
  const enabled = useSignal(!user.disabled);
  const deleting = useSignal(false);
  const done = () => {
    onChanged();
    onClose();
  };
  const [task, save] = useTask(async () => {
    const change = {
      ...(name.value.trim() === user.name ? {} : { name: name.value.trim() }),
      ...(role.value === user.role ? {} : { role: role.value }),
      ...(enabled.value === user.disabled ? { disabled: !enabled.value } : {}),
    };
    if (Object.keys(change).length > 0) await changeUser(user.id, change);
    done();
  });
  const { busy, error } = task.value;
  if (deleting.value) return <DeleteUserDialog user={user} onDeleted={done} onClose={onClose} />;
  return (
    <Dialog title={t('console.users.editTitle', { name: user.name })} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (name.value.trim() !== '') void save();
        }}
      >
        <Field
          label={t('console.users.name')}
          name="name"
          required
          maxLength={LIMITS.nameLength}
          value={name.value}
          onValue={(text) => {
            name.value = text;
          }}
          error={name.value.trim() === '' ? t('console.users.nameMissing') : error?.fields.name}
        />
        <RoleChoice
          role={role.value}
          disabled={own}
          onRole={(chosen) => {
            role.value = chosen;
          }}
        />
        {own ? (
          <p class="muted small">{t('console.users.ownRole')}</p>
        ) : (
          <CheckField
            name="enabled"
            label={t('console.users.enabled')}
            hint={t('console.users.enabledHint')}
            checked={enabled.value}
            onChecked={(checked) => {
              enabled.value = checked;
            }}
          />
        )}
        {error && (
          <Notice state="error" live title={t('console.users.saveFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        <div class="dialog__actions">
          {!own && (
            <Button
              variant="quiet"
              icon="trash"
              onClick={() => {
                deleting.value = true;
              }}
            >
              {t('console.users.delete')}
            </Button>
          )}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('console.users.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteUserDialog({
  user,
  onDeleted,
  onClose,
}: {
  user: User;
  onDeleted: () => void;
  onClose: () => void;
}) {
  const { id, name } = user;
  const [task, remove] = useTask(async () => {
    await deleteUser(id);
    onDeleted();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={`${t('console.users.delete')}: ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" busy={busy} onClick={() => void remove()}>
            {t('console.users.deleteNow')}
          </Button>
        </>
      }
    >
      <p>{t('console.users.deleteText', { name })}</p>
      {error && (
        <Notice state="error" live title={t('console.users.deleteFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
