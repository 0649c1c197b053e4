import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Photo } from '../photos.ts';
import { usePhotos } from '../use-photos.ts';
import { GuidedCapture } from './guided-capture.tsx';
import { useCaptureSession } from './use-capture-session.ts';

/** The guided capture in a dialog, for a place that takes photos in other ways too. */
export function CaptureDialog({
  most,
  onPhotos,
  onClose,
}: {
  most: number;
  /** Given the photos, which are the caller's from then on. */
  onPhotos: (photos: readonly Photo[]) => void;
  onClose: () => void;
}) {
  const session = useCaptureSession('guided');
  const photos = usePhotos();
  return (
    <Dialog
      wide
      title={t('console.camera.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            variant="primary"
            icon="check"
            disabled={photos.value.length === 0}
            onClick={() => {
              const taken = photos.value;
              photos.value = [];
              onPhotos(taken);
            }}
          >
            {t('console.camera.use', { count: photos.value.length })}
          </Button>
        </>
      }
    >
      <GuidedCapture session={session} photos={photos} most={most} />
    </Dialog>
  );
}
