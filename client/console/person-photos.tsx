import { useSignal } from '@preact/signals';
import type { PersonDetails } from '../../protocol/people.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/message.tsx';
import { showToast } from '../ui/toast.tsx';
import { formatDate, formatPercent } from './format.ts';
import { moveByArrows } from './keyboard.ts';
import { deletePhoto, photoUrl } from './person-calls.ts';
import { PersonMoveDialog } from './person-move-dialog.tsx';
import { useTask } from './use-task.ts';

/** From this quality on, what is not perfect is not worth a word. */
const FAULTLESS = 0.85;

/** A person's photos, best first, each of which can be moved to somebody else or deleted. */
export function PersonPhotos({ person, onChanged }: { person: PersonDetails; onChanged: () => void }) {
  const moving = useSignal<string | undefined>(undefined);
  const deleting = useSignal<string | undefined>(undefined);
  const { id, name, photos } = person;
  const only = photos.length === 1;
  return (
    <Card title={t('console.person.photos')}>
      <ul class="person-photos" onKeyDown={moveByArrows}>
        {photos.map((photo, index) => {
          const number = index + 1;
          const percent = formatPercent(photo.quality);
          return (
            <li key={photo.id} class="person-photo" data-testid="person-photo" data-photo-id={photo.id}>
              <img
                src={photoUrl(id, photo.id)}
                alt={t('console.person.photo', { number, name, percent })}
                width={112}
                height={112}
              />
              <span class="small">{t('console.person.quality', { percent })}</span>
              {photo.weakness && photo.quality < FAULTLESS && (
                <span class="person-photo__why small">
                  <Icon name="warning" />
                  {t(`console.enrol.reason.${photo.weakness}`)}
                </span>
              )}
              <time class="small muted" dateTime={photo.createdAt}>
                {formatDate(photo.createdAt)}
              </time>
              <span class="person-photo__actions">
                <Button
                  variant="quiet"
                  icon="move"
                  data-arrow-stop
                  disabled={only}
                  aria-label={t('console.person.movePhoto', { number })}
                  title={t('console.person.movePhoto', { number })}
                  onClick={() => (moving.value = photo.id)}
                />
                <Button
                  variant="quiet"
                  icon="trash"
                  data-arrow-stop
                  disabled={only}
                  aria-label={t('console.person.deletePhoto', { number })}
                  title={t('console.person.deletePhoto', { number })}
                  onClick={() => (deleting.value = photo.id)}
                />
              </span>
            </li>
          );
        })}
      </ul>
      {only && <p class="muted small">{t('console.person.lastPhoto')}</p>}
      {moving.value && (
        <PersonMoveDialog
          personId={id}
          photo={moving.value}
          onMoved={onChanged}
          onClose={() => (moving.value = undefined)}
        />
      )}
      {deleting.value && (
        <DeletePhotoDialog
          personId={id}
          photo={deleting.value}
          onDeleted={onChanged}
          onClose={() => (deleting.value = undefined)}
        />
      )}
    </Card>
  );
}

function DeletePhotoDialog(options: {
  personId: string;
  photo: string;
  onDeleted: () => void;
  onClose: () => void;
}) {
  const { personId, photo, onDeleted, onClose } = options;
  const [task, remove] = useTask(async () => {
    await deletePhoto(personId, photo);
    showToast({ state: 'ok', text: t('console.person.deleted') });
    onDeleted();
    onClose();
  });
  const { busy, error } = task.value;
  return (
    <Dialog
      title={t('console.person.deleteTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button variant="danger" icon="trash" busy={busy} onClick={() => void remove()}>
            {t('console.person.deleteConfirm')}
          </Button>
        </>
      }
    >
      <img class="compared__crop" src={photoUrl(personId, photo)} alt="" width={112} height={112} />
      <p>{t('console.person.deleteText')}</p>
      {error && (
        <Notice state="error" live title={t('console.person.deleteFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
    </Dialog>
  );
}
