import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ListedPerson } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LoadingState, Notice } from '../../ui/message.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { erasePerson } from '../api.ts';
import { previewErasure } from '../person-calls.ts';
import { useTask } from '../use-task.ts';
import { ErasureCounts, sumOf } from './erasure-counts.tsx';

const NAMED = 8;

/** Asks before several people are erased, naming them and counting what goes; they go one after the other. */
export function EraseSeveralDialog({
  people,
  onErased,
  onClose,
}: {
  people: readonly ListedPerson[];
  onErased: (id: string) => void;
  onClose: () => void;
}) {
  const done = useSignal(0);
  const [preview, count] = useTask(async () =>
    sumOf(await Promise.all(people.map(({ id }) => previewErasure(id)))),
  );
  useEffect(() => void count(), []);
  const [task, erase] = useTask(async () => {
    for (const { id } of people.slice(done.peek())) {
      await erasePerson(id);
      done.value++;
      onErased(id);
    }
    return true;
  });
  const { busy, value: finished, error } = task.value;
  const total = people.length;
  if (finished) {
    return (
      <Dialog
        title={t('console.erase.severalDone', { count: total })}
        onClose={onClose}
        actions={
          <Button variant="primary" onClick={onClose}>
            {t('ui.close')}
          </Button>
        }
      >
        {preview.value.value && <ErasureCounts counts={preview.value.value} />}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t('console.erase.severalTitle', { count: total })}
      onClose={() => !busy && onClose()}
      actions={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button variant="danger" icon="trash" busy={busy} onClick={() => void erase()}>
            {t('console.erase.confirm')}
          </Button>
        </>
      }
    >
      <ul class="bullets">
        {people.slice(0, NAMED).map(({ id, name }) => (
          <li key={id} class="truncate">
            {name}
          </li>
        ))}
        {total > NAMED && <li class="muted">{t('console.erase.others', { count: total - NAMED })}</li>}
      </ul>
      <p>{t('console.erase.severalWhat')}</p>
      {preview.value.value ? (
        <ErasureCounts counts={preview.value.value} />
      ) : (
        !preview.value.error && <LoadingState />
      )}
      <p>{t('console.erase.severalFinal')}</p>
      {busy && (
        <ProgressBar
          label={t('console.erase.progress', { done: done.value, total })}
          value={done.value / total}
        />
      )}
      {error && (
        <Notice state="error" live title={t('console.erase.stopped', { done: done.value, total })}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
