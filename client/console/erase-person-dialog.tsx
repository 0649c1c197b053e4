import { useEffect } from 'preact/hooks';
import type { Person } from '../../protocol/rest.ts';
import { formatNumber } from '../i18n/locale.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { LoadingState, Notice } from '../ui/message.tsx';
import { type ErasureReceipt, erasePerson } from './api.ts';
import { formatTime } from './format.ts';
import { ErasureCounts } from './people/erasure-counts.tsx';
import { previewErasure } from './person-calls.ts';
import { useTask } from './use-task.ts';

/** Asks before a person is erased, naming what goes; then shows the server's receipt. */
export function ErasePersonDialog({
  person,
  onErased,
  onClose,
}: {
  person: Person;
  onErased: () => void;
  onClose: () => void;
}) {
  const [task, erase] = useTask(async () => {
    const receipt = await erasePerson(person.id);
    onErased();
    return receipt;
  });
  const [preview, count] = useTask(() => previewErasure(person.id));
  useEffect(() => void count(), [person.id]);
  const { busy, value: receipt, error } = task.value;
  if (receipt) return <Receipt receipt={receipt} onClose={onClose} />;
  return (
    <Dialog
      title={t('console.erase.title', { name: person.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" icon="trash" busy={busy} onClick={() => void erase()}>
            {t('console.erase.confirm')}
          </Button>
        </>
      }
    >
      <p>{t('console.erase.what')}</p>
      <ul class="bullets">
        <li>{t('console.erase.entry', { name: person.name })}</li>
      </ul>
      {preview.value.value ? (
        <ErasureCounts counts={preview.value.value} />
      ) : preview.value.error ? (
        <p class="muted">{preview.value.error.message}</p>
      ) : (
        <LoadingState />
      )}
      <p>{t('console.erase.final')}</p>
      {error && (
        <Notice state="error" live title={t('console.erase.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}

function Receipt({ receipt, onClose }: { receipt: ErasureReceipt; onClose: () => void }) {
  const facts = [
    ['person', receipt.name],
    ['id', receipt.personId],
    ['at', formatTime(receipt.erasedAt, 0)],
    ['templates', formatNumber(receipt.templates, 0)],
    ['crops', formatNumber(receipt.referenceCrops, 0)],
    ['sightings', formatNumber(receipt.sightings, 0)],
    ['confirmations', formatNumber(receipt.confirmations, 0)],
    ['version', formatNumber(receipt.galleryVersion, 0)],
  ] as const;
  return (
    <Dialog
      title={t('console.receipt.title', { name: receipt.name })}
      onClose={onClose}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t('ui.close')}
        </Button>
      }
    >
      <dl class="facts" data-testid="receipt">
        {facts.map(([name, value]) => (
          <div key={name} class="facts__row">
            <dt class="muted">{t(`console.receipt.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
