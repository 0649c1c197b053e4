import { useSignal } from '@preact/signals';
import { LIMITS, type Person } from '../../protocol/rest.ts';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { addPhotos } from './api.ts';
import { PhotoPicker } from './photo-picker.tsx';
import { missingText, PhotoReports } from './photo-reports.tsx';
import { usePhotoBatch } from './use-photo-batch.ts';

/** Adds photos to a person who is enrolled, and tells photo by photo what became of it. */
export function AddPhotosDialog({
  person,
  onAdded,
  onClose,
}: {
  /** As they were when the dialog was opened. */
  person: Person;
  onAdded: () => void;
  onClose: () => void;
}) {
  const tried = useSignal(false);
  const batch = usePhotoBatch(async (upload) => {
    const answer = await addPhotos(person.id, upload);
    onAdded();
    return answer;
  });
  const { photos, pending, busy, error } = batch;
  const grown = batch.person.value;
  const room = LIMITS.templatesPerPerson - person.templates;
  const most = Math.min(room, LIMITS.photosPerRequest);
  const missing = tried.value && !busy && !grown && pending.length === 0;
  return (
    <Dialog
      wide
      title={t('console.addPhotos.title', { name: person.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t(grown || room <= 0 ? 'ui.close' : 'ui.cancel')}</Button>
          {!grown && room > 0 && (
            <Button
              variant="primary"
              icon="plus"
              busy={busy}
              onClick={() => {
                tried.value = true;
                if (pending.length > 0) void batch.submit();
              }}
            >
              {t('console.addPhotos.submit')}
            </Button>
          )}
        </>
      }
    >
      {room <= 0 ? (
        <Notice state="warning" title={t('console.addPhotos.fullTitle', { name: person.name })}>
          <p>{t('console.addPhotos.full', { most: LIMITS.templatesPerPerson })}</p>
        </Notice>
      ) : (
        <PhotoPicker
          photos={photos}
          most={most}
          title={t('console.enrol.photos')}
          hint={t('console.addPhotos.hint', { count: most })}
          error={missing ? missingText(batch) : error?.fields.photos}
          disabled={busy || grown !== undefined}
        />
      )}
      <div class="column" aria-live="polite">
        {busy && <ProgressBar label={t('console.enrol.busy', { count: pending.length })} />}
        {!busy && grown && (
          <Notice state="ok" title={t('console.addPhotos.doneTitle')}>
            <p>{t('console.addPhotos.done', { name: grown.name, count: grown.templates })}</p>
          </Notice>
        )}
        {!busy && error && (
          <Notice state="error" title={t('console.addPhotos.failed')}>
            <p>{error.message}</p>
          </Notice>
        )}
        {!busy && batch.reported.length > 0 && (
          <PhotoReports batch={batch} resubmit={t('console.enrol.addChosen')} />
        )}
      </div>
    </Dialog>
  );
}
