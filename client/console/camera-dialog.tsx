import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { LoadingState, Notice } from '../ui/message.tsx';

const JPEG_QUALITY = 0.92;

type CameraState =
  | { kind: 'asking' }
  | { kind: 'ready' }
  | { kind: 'failed'; why: 'denied' | 'missing' | 'insecure' | 'busy' };

type Shot = { file: File; url: string };

/** Takes up to `most` photos with the camera. The preview is mirrored, the photos are not. */
export function CameraDialog({
  most,
  onShots,
  onClose,
}: {
  most: number;
  onShots: (files: File[]) => void;
  onClose: () => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const state = useSignal<CameraState>({ kind: 'asking' });
  const shots = useSignal<readonly Shot[]>([]);

  useEffect(() => {
    const gone = new AbortController();
    void openCamera(video.current, gone.signal).then((next) => {
      if (!gone.signal.aborted) state.value = next;
    });
    return () => {
      gone.abort();
      for (const shot of shots.peek()) URL.revokeObjectURL(shot.url);
    };
  }, []);

  async function shoot(): Promise<void> {
    if (!video.current || shots.value.length >= most) return;
    const file = await takePhoto(video.current, shots.value.length + 1);
    const taken = [...shots.value, { file, url: URL.createObjectURL(file) }];
    shots.value = taken;
    if (most === 1) onShots([file]);
  }

  const full = shots.value.length >= most;
  return (
    <Dialog
      title={t('console.camera.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {most > 1 && (
            <Button
              variant="primary"
              icon="check"
              disabled={shots.value.length === 0}
              onClick={() => onShots(shots.value.map((shot) => shot.file))}
            >
              {t('console.camera.use', { count: shots.value.length })}
            </Button>
          )}
        </>
      }
    >
      {state.value.kind === 'failed' ? (
        <Notice state="error" title={t(`console.camera.${state.value.why}Title`)} live>
          <p>{t(`console.camera.${state.value.why}`)}</p>
        </Notice>
      ) : (
        <div class="camera">
          <video ref={video} class="camera__video" playsInline muted />
          {state.value.kind === 'asking' && <LoadingState text={t('console.camera.asking')} />}
        </div>
      )}
      {state.value.kind === 'ready' && (
        <div class="camera__bar">
          <p class="muted small" role="status">
            {most > 1
              ? t('console.camera.taken', { taken: shots.value.length, most })
              : t('console.camera.hint')}
          </p>
          <Button variant="primary" icon="camera" disabled={full} onClick={() => void shoot()}>
            {t('console.camera.shoot')}
          </Button>
        </div>
      )}
      {shots.value.length > 0 && (
        <ul class="shots">
          {shots.value.map((shot) => (
            <li key={shot.url} class="shot">
              <img src={shot.url} alt={shot.file.name} />
              <Button
                variant="quiet"
                icon="cross"
                class="shot__remove"
                aria-label={t('console.camera.discard')}
                onClick={() => {
                  URL.revokeObjectURL(shot.url);
                  shots.value = shots.value.filter((one) => one !== shot);
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

/** Shows the camera in the element until the signal aborts. */
async function openCamera(element: HTMLVideoElement | null, gone: AbortSignal): Promise<CameraState> {
  if (!navigator.mediaDevices) return { kind: 'failed', why: 'insecure' };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
    });
    const stop = (): void => {
      for (const track of stream.getTracks()) track.stop();
    };
    if (gone.aborted || !element) {
      stop();
      return { kind: 'asking' };
    }
    gone.addEventListener('abort', stop);
    element.srcObject = stream;
    await element.play();
    return { kind: 'ready' };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError') return { kind: 'failed', why: 'denied' };
    if (name === 'NotFoundError' || name === 'OverconstrainedError')
      return { kind: 'failed', why: 'missing' };
    return { kind: 'failed', why: 'busy' };
  }
}

async function takePhoto(video: HTMLVideoElement, number: number): Promise<File> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no 2D canvas.');
  context.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
  return new File([blob], `camera-${number}.jpg`, { type: 'image/jpeg' });
}
