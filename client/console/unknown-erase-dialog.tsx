import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/message.tsx';
import { showToast } from '../ui/toast.tsx';
import { eraseUnknown } from './unknown-calls.ts';
import { useTask } from './use-task.ts';

/** Asks before the sightings of a group are erased. */
export function UnknownEraseDialog({
  id,
  sightings,
  onErased,
  onClose,
}: {
  id: string;
  sightings: number;
  onErased: () => void;
  onClose: () => void;
}) {
  const [task, erase] = useTask(async () => {
    const count = await eraseUnknown(id);
    showToast({ state: 'ok', text: t('console.unknowns.erased', { count }) });
    onClose();
    onErased();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.unknowns.eraseTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" icon="trash" busy={busy} onClick={() => void erase()}>
            {t('console.unknowns.eraseConfirm')}
          </Button>
        </>
      }
    >
      <p>{t('console.unknowns.eraseText', { count: sightings })}</p>
      {error && (
        <Notice state="error" live title={t('console.unknowns.eraseFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
