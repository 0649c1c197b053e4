import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { pairingCodeSchema } from '../../../protocol/kiosks.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/message.tsx';
import { showToast } from '../../ui/toast.tsx';
import { changeKiosk, createKiosk, type Kiosk, pairKiosk, revokeKiosk } from '../api.ts';
import { LinkDialog } from '../link-dialog.tsx';
import { useTask } from '../use-task.ts';
import { isNamed, KioskFields, type KioskForm, kioskOf, useKioskForm } from './kiosk-fields.tsx';

const EMPTY = { name: '', place: '', video: false, training: false };

type Props = { onDone: () => void; onClose: () => void };

/** Makes a kiosk, and shows the one-time link that makes a browser it. */
export function AddKioskDialog({ onDone, onClose }: Props) {
  const form = useKioskForm(EMPTY);
  const [task, create] = useTask(async () => {
    const { name, place } = kioskOf(form);
    const created = await createKiosk({ name, place });
    onDone();
    return created;
  });
  const { busy, value, error } = task.value;
  if (value) return <LinkDialog name={kioskOf(form).name} url={value.url} onClose={onClose} />;
  return (
    <Dialog title={t('console.kiosks.addTitle')} onClose={onClose}>
      <Form
        form={form}
        submit={t('console.kiosks.create')}
        failed={error && { title: t('console.kiosks.addFailed'), message: error.message }}
        busy={busy}
        onSubmit={() => void create()}
        onClose={onClose}
      >
        <KioskFields form={form} error={error} policy={false} />
      </Form>
    </Dialog>
  );
}

/** Takes the code that a kiosk's screen shows; the kiosk then logs itself in. */
export function PairKioskDialog({ code: given, onDone, onClose }: Props & { code: string }) {
  const code = useSignal(given);
  const form = useKioskForm(EMPTY);
  const [task, pair] = useTask(async () => {
    const { name } = await pairKiosk({ code: code.value, ...kioskOf(form) });
    showToast({ state: 'ok', text: t('console.kiosks.paired', { name }) });
    onDone();
    onClose();
  });
  const { busy, error } = task.value;
  const readable = pairingCodeSchema.safeParse(code.value).success;
  const wrong = error?.code === 'no-such-code' ? error.message : error?.fields.code;
  return (
    <Dialog title={t('console.kiosks.pairTitle')} onClose={onClose}>
      <Form
        form={form}
        valid={readable}
        submit={t('console.kiosks.pair')}
        failed={
          error && !wrong ? { title: t('console.kiosks.pairFailed'), message: error.message } : undefined
        }
        busy={busy}
        onSubmit={() => void pair()}
        onClose={onClose}
      >
        <CodeField
          code={code}
          error={form.tried.value && !readable ? t('console.kiosks.codeWrong') : wrong}
        />
        <KioskFields form={form} error={error} policy />
      </Form>
    </Dialog>
  );
}

function CodeField({ code, error }: { code: Signal<string>; error: string | undefined }) {
  return (
    <Field
      label={t('console.kiosks.code')}
      name="code"
      required
      hint={t('console.kiosks.codeHint')}
      maxLength={20}
      value={code.value}
      onValue={(value) => {
        code.value = value.toUpperCase();
      }}
      error={error}
    />
  );
}

/** Renames or moves a kiosk, and says what its camera may do. */
export function EditKioskDialog({ kiosk, onDone, onClose }: Props & { kiosk: Kiosk }) {
  const form = useKioskForm({ name: kiosk.name, place: kiosk.place, ...kiosk.policy });
  const [task, save] = useTask(async () => {
    await changeKiosk(kiosk.id, kioskOf(form));
    onDone();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog title={t('console.kiosks.editTitle', { name: kiosk.name })} onClose={onClose}>
      <Form
        form={form}
        submit={t('console.kiosks.save')}
        failed={error && { title: t('console.kiosks.editFailed'), message: error.message }}
        busy={busy}
        onSubmit={() => void save()}
        onClose={onClose}
      >
        <KioskFields form={form} error={error} policy />
      </Form>
    </Dialog>
  );
}

function Form({
  form,
  valid = true,
  submit,
  failed,
  busy,
  onSubmit,
  onClose,
  children,
}: {
  form: KioskForm;
  valid?: boolean;
  submit: string;
  failed: { title: string; message: string } | undefined;
  busy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ComponentChildren;
}) {
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.tried.value = true;
        if (isNamed(form) && valid) onSubmit();
      }}
    >
      {children}
      {failed && (
        <Notice state="error" live title={failed.title}>
          <p>{failed.message}</p>
        </Notice>
      )}
      <div class="dialog__actions">
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

export function RevokeKioskDialog({ kiosk, onDone, onClose }: Props & { kiosk: Kiosk }) {
  const [task, revoke] = useTask(async () => {
    await revokeKiosk(kiosk.id);
    onDone();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.kiosks.revokeTitle', { name: kiosk.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" busy={busy} onClick={() => void revoke()}>
            {t('console.kiosks.revoke')}
          </Button>
        </>
      }
    >
      <p>{t('console.kiosks.revokeText')}</p>
      {error && (
        <Notice state="error" live title={t('console.kiosks.revokeFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
