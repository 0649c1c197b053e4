import type { Person } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/message.tsx';
import { type ErasureReceipt, erasePerson } from './api.ts';
import { formatTime } from './format.ts';
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
        <li>{t('console.erase.templates', { count: person.templates })}</li>
        <li>{t('console.erase.crops', { count: person.templates })}</li>
      </ul>
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
    ['templates', String(receipt.templates)],
    ['crops', String(receipt.referenceCrops)],
    ['sightings', String(receipt.sightings)],
    ['confirmations', String(receipt.confirmations)],
    ['version', String(receipt.galleryVersion)],
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
