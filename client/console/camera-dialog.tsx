import { useRef } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CameraView } from './capture/camera-view.tsx';
import { useCaptureSession } from './capture/use-capture-session.ts';

/** Takes one photo with the camera. The preview is mirrored, the photo is not. */
export function CameraDialog({ onShot, onClose }: { onShot: (file: File) => void; onClose: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const session = useCaptureSession('camera');

  async function shoot(): Promise<void> {
    if (!video.current || !session) return;
    const photo = await session.pictureOf(video.current);
    onShot(new File([photo], 'camera-1.jpg', { type: 'image/jpeg' }));
  }

  return (
    <Dialog
      title={t('console.camera.title')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('ui.cancel')}</Button>}
    >
      <CameraView session={session} video={video} />
      {session?.camera.value.kind === 'live' && (
        <div class="capture__bar">
          <p class="muted small" role="status">
            {t('console.camera.hint')}
          </p>
          <Button variant="primary" icon="camera" onClick={() => void shoot()}>
            {t('console.camera.shoot')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
