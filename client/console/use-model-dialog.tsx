import type { ModelDescription } from '../../protocol/models.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/message.tsx';
import { useModel } from './model-calls.ts';
import { useTask } from './use-task.ts';

/** Says what a change of the embedder does, then begins it. */
export function UseModelDialog({
  model,
  serving,
  onBegun,
  onClose,
}: {
  model: ModelDescription;
  serving: string;
  onBegun: () => void;
  onClose: () => void;
}) {
  const { name, licence, trainingData } = model;
  const [task, begin] = useTask(async () => {
    await useModel({ name, force: false });
    onBegun();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.models.ask.title', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" busy={busy} onClick={() => void begin()}>
            {t('console.models.ask.confirm')}
          </Button>
        </>
      }
    >
      <p>{t('console.models.ask.what')}</p>
      <ul class="bullets">
        <li>{t('console.models.ask.embed')}</li>
        <li>{t('console.models.ask.meanwhile', { name: serving })}</li>
        <li>{t('console.models.ask.atOnce')}</li>
      </ul>
      <p>{t('console.models.ask.rights', { spdx: licence.spdx, trainingData })}</p>
      {error && (
        <Notice state="error" live title={t('console.models.ask.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
