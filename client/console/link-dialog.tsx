import { useEffect } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { CopyOnce } from './copy-once.tsx';
import { useTask } from './use-task.ts';

/** Makes a fresh one-time link and shows it. */
export function NewLinkDialog({
  name,
  make,
  onClose,
}: {
  name: string;
  make: () => Promise<{ url: string }>;
  onClose: () => void;
}) {
  const [task, create] = useTask(make);
  useEffect(() => void create(), []);
  const { value, error } = task.value;
  if (value) return <LinkDialog name={name} url={value.url} onClose={onClose} />;
  return (
    <Dialog
      title={t('console.link.title', { name })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      {error ? (
        <ErrorState title={t('console.link.failed')} onRetry={() => void create()}>
          {error.message}
        </ErrorState>
      ) : (
        <LoadingState />
      )}
    </Dialog>
  );
}

/** A one-time link: to copy now, since it is shown once and works once. */
export function LinkDialog({ name, url, onClose }: { name: string; url: string; onClose: () => void }) {
  return (
    <Dialog
      title={t('console.link.title', { name })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <p>{t('console.link.text')}</p>
      <CopyOnce text={url} testId="one-time-link" />
      <Notice state="warning" title={t('console.link.onceTitle')}>
        <p>{t('console.link.once')}</p>
      </Notice>
    </Dialog>
  );
}
