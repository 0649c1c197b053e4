import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { LIMITS } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { CaptureSession } from '../capture/capture-session.ts';
import { GuidedCapture } from '../capture/guided-capture.tsx';
import { PhotoPicker } from '../photo-picker.tsx';
import { missingText, refusedPhotos } from '../photo-reports.tsx';
import type { PhotoBatch } from '../use-photo-batch.ts';
import type { Way } from './who-step.tsx';

/** Second step: the photos, taken here or chosen, and what the server said of them. */
export function PhotosStep({
  name,
  way,
  batch,
  session,
  tried,
  submitText,
  onSubmit,
  onBack,
  onWay,
  children,
}: {
  name: string;
  way: Way;
  batch: PhotoBatch;
  session: CaptureSession | undefined;
  /** Whether it was tried to go on without a photo. */
  tried: boolean;
  submitText: string;
  onSubmit: () => void;
  onBack: () => void;
  onWay: (way: Way) => void;
  /** What is said beside the photos. */
  children: ComponentChildren;
}) {
  const form = useRef<HTMLDivElement>(null);
  const { photos, pending, busy, error } = batch;
  const missing = tried && !busy && pending.length === 0;
  return (
    <Card
      title={t('console.enrol.photosOf', { name })}
      aside={
        <Button
          variant="quiet"
          icon={way === 'camera' ? 'upload' : 'camera'}
          disabled={busy}
          onClick={() => onWay(way === 'camera' ? 'files' : 'camera')}
        >
          {t(way === 'camera' ? 'console.enrol.filesInstead' : 'console.enrol.cameraInstead')}
        </Button>
      }
    >
      <div class="form" ref={form}>
        {way === 'camera' ? (
          <GuidedCapture
            session={session}
            photos={photos}
            refused={refusedPhotos(batch)}
            onReady={() => form.current?.querySelector<HTMLElement>('[data-go-on]')?.focus()}
          />
        ) : (
          <PhotoPicker
            photos={photos}
            most={LIMITS.photosPerRequest}
            title={t('console.enrol.photos')}
            hint={t('console.enrol.photosHint', { most: LIMITS.photosPerRequest })}
            camera={false}
            disabled={busy}
          />
        )}
        {(missing || error?.fields.photos) && (
          <p class="field__error" role="alert">
            {missing ? missingText(batch) : error?.fields.photos}
          </p>
        )}
        <div class="wizard__actions">
          <Button variant="primary" size="large" icon="enrol" data-go-on busy={busy} onClick={onSubmit}>
            {submitText}
          </Button>
          <Button size="large" disabled={busy} onClick={onBack}>
            {t('console.enrol.back')}
          </Button>
        </div>
        <div class="column" aria-live="polite">
          {children}
        </div>
      </div>
    </Card>
  );
}
