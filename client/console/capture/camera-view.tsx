import type { ComponentChildren, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { type CameraProblem, watchFrames } from '../../pipeline/camera.ts';
import { Button } from '../../ui/button.tsx';
import { LoadingState, Notice } from '../../ui/message.tsx';
import type { CaptureSession } from './capture-session.ts';

/** Problems with words of their own in `console.camera`. */
const WORDS: Record<CameraProblem, 'insecure' | 'denied' | 'missing' | 'busy' | 'lost'> = {
  'insecure-context': 'insecure',
  denied: 'denied',
  none: 'missing',
  busy: 'busy',
  lost: 'lost',
  failed: 'busy',
};

/** The camera's picture, mirrored, with what is drawn over it; or why there is none, and what to do. */
export function CameraView({
  session,
  video,
  children,
}: {
  /** Undefined while it is loaded. */
  session: CaptureSession | undefined;
  video: RefObject<HTMLVideoElement | null>;
  children?: ComponentChildren;
}) {
  const status = session?.camera.value;
  if (status?.kind === 'failed') {
    const why = WORDS[status.problem];
    return (
      <Notice state="error" title={t(`console.camera.${why}Title`)} live>
        <p>{t(`console.camera.${why}`)}</p>
        {why !== 'insecure' && (
          <div class="notice__actions">
            <Button icon="retry" onClick={() => session?.useCamera()}>
              {t('ui.retry')}
            </Button>
          </div>
        )}
      </Notice>
    );
  }
  const live = status?.kind === 'live' ? status : undefined;
  return (
    <div class="capture__stage">
      {session && live ? (
        <Picture session={session} stream={live.stream} mirrored={live.mirrored} video={video} />
      ) : (
        <LoadingState text={t('console.camera.asking')} />
      )}
      {live && children}
      {live && live.choices.length > 1 && (
        <select
          class="capture__choice field__input"
          aria-label={t('console.camera.choice')}
          value={live.id}
          onChange={(event) => session?.useCamera(event.currentTarget.value)}
        >
          {live.choices.map(({ id, name }, i) => (
            <option key={id} value={id}>
              {name || t('console.camera.number', { number: i + 1 })}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function Picture({
  session,
  stream,
  mirrored,
  video,
}: {
  session: CaptureSession;
  stream: MediaStream;
  mirrored: boolean;
  video: RefObject<HTMLVideoElement | null>;
}) {
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    // Refused only while the page is hidden; it starts by itself when it is shown.
    element.play().catch(() => {});
    return watchFrames({
      video: element,
      onFrame: (capturedAt) => void session.handleFrame(element, capturedAt),
    });
  }, [session, stream]);
  return (
    <video
      ref={video}
      class={mirrored ? 'capture__video capture__video--mirrored' : 'capture__video'}
      aria-label={t('console.camera.preview')}
      autoplay
      muted
      playsInline
    />
  );
}
