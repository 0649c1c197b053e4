import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { monotonicNow } from '../../net/clock.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { dropPhoto, makePhoto, type Photo } from '../photos.ts';
import { CameraView } from './camera-view.tsx';
import {
  CaptureGuide,
  FIRST_POSES,
  type Hint,
  MORE_POSES,
  MOST_SHOTS,
  type Pose,
  photoAreaOf,
} from './capture-guide.ts';
import type { CaptureSession, Seen } from './capture-session.ts';

/** Quality from which a photo is called good rather than fair. */
const GOOD = 0.6;

/** Tells the person how to stand, takes the photos by itself when a pose is right, and shows them to keep or retake. */
export function GuidedCapture({
  session,
  photos,
  most = MOST_SHOTS,
  refused,
  onReady,
}: {
  session: CaptureSession | undefined;
  photos: Signal<readonly Photo[]>;
  most?: number;
  /** Photos that the server has turned down, with the reason in words. */
  refused?: ReadonlyMap<number, string>;
  /** Told when all poses are there. */
  onReady?: () => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const guide = useRef<CaptureGuide>(undefined);
  guide.current ??= new CaptureGuide({ poses: missingOf(photos.value) });
  const hint = useSignal<Hint>(guide.current.missing[0] ?? 'done');
  const flash = useSignal(0);

  function keep(blob: Blob, shot: { pose: Pose; quality?: number }): void {
    const file = new File([blob], `camera-${photos.value.length + 1}.jpg`, { type: 'image/jpeg' });
    photos.value = [...photos.value, { ...makePhoto(file), ...shot }];
    flash.value++;
    if (guide.current?.missing.length === 0) onReady?.();
  }

  useEffect(() => {
    if (!session) return;
    let candidate: Hint | undefined;
    session.onSeen = (seen: Seen) => {
      if (!guide.current || photos.peek().length >= most) return;
      const advice = guide.current.handleLook({ faces: seen.faces, frame: seen.frame, at: seen.capturedAt });
      // A hint is shown when it is meant twice, so that words do not flicker.
      if (advice.take || advice.hint === candidate || advice.hint === 'hold-still') hint.value = advice.hint;
      candidate = advice.hint;
      const { take, face } = advice;
      if (take && face) {
        void seen
          .picture(photoAreaOf(face, seen.frame))
          .then((blob) => keep(blob, { pose: take, quality: face.quality.score }));
      }
    };
    return () => {
      session.onSeen = undefined;
    };
  }, [session]);

  async function shoot(): Promise<void> {
    if (!session || !video.current || photos.value.length >= most) return;
    const blob = await session.pictureOf(video.current);
    const pose = guide.current?.handleManual(monotonicNow()) ?? 'front';
    hint.value = guide.current?.missing[0] ?? 'done';
    keep(blob, { pose });
  }

  function discard(photo: Photo): void {
    photos.value = photos.value.filter((one) => one !== photo);
    dropPhoto(photo);
    if (photo.pose) guide.current?.want(photo.pose);
    hint.value = guide.current?.missing[0] ?? 'done';
  }

  const models = session?.models.value;
  const full = photos.value.length >= most;
  const done = full || guide.current.missing.length === 0;
  const live = session?.camera.value.kind === 'live';
  return (
    <div class="capture" data-testid="capture">
      <CameraView session={session} video={video}>
        <span key={flash.value} class={flash.value > 0 ? 'capture__flash' : ''} aria-hidden="true" />
        <span class={done ? 'capture__oval capture__oval--done' : 'capture__oval'} aria-hidden="true" />
        <p class="capture__hint" role="status" data-testid="hint" data-hint={done ? 'done' : hint.value}>
          {models?.kind === 'ready' || done ? (
            <>
              <Icon name={ICONS[done ? 'done' : hint.value] ?? 'info'} />
              <span>{t(`console.capture.hint.${done ? 'done' : hint.value}`)}</span>
            </>
          ) : (
            <span>{t(models?.kind === 'failed' ? 'console.capture.byHand' : 'console.capture.loading')}</span>
          )}
        </p>
      </CameraView>
      {models?.kind === 'loading' && live && models.total > 0 && (
        <ProgressBar label={t('console.capture.loading')} value={models.loaded / models.total} />
      )}
      {live && (
        <div class="capture__bar">
          <Button icon="camera" size="large" disabled={full} onClick={() => void shoot()}>
            {t('console.camera.shoot')}
          </Button>
          {done && !full && (
            <Button
              variant="quiet"
              icon="plus"
              onClick={() => {
                guide.current?.want(...MORE_POSES.slice(0, most - photos.value.length));
                hint.value = guide.current?.missing[0] ?? 'done';
              }}
            >
              {t('console.capture.more')}
            </Button>
          )}
        </div>
      )}
      <ol class="capture__shots" aria-label={t('console.capture.taken')}>
        {photos.value.map((photo, i) => (
          <Shot
            key={photo.id}
            photo={photo}
            number={i + 1}
            refused={refused?.get(photo.id)}
            onDiscard={() => discard(photo)}
          />
        ))}
        {!full &&
          guide.current.missing.slice(0, most - photos.value.length).map((pose) => (
            <li key={pose} class="capture__shot capture__shot--open">
              <span class="small muted">{t(`console.capture.pose.${pose}`)}</span>
            </li>
          ))}
      </ol>
    </div>
  );
}

function Shot({
  photo,
  number,
  refused,
  onDiscard,
}: {
  photo: Photo;
  number: number;
  refused: string | undefined;
  onDiscard: () => void;
}) {
  const good = photo.quality !== undefined && photo.quality >= GOOD;
  return (
    <li class="capture__shot" data-testid="photo">
      <span class="capture__picture">
        <img src={photo.url} alt={t('console.capture.shot', { number })} />
        <Button
          variant="quiet"
          icon="cross"
          class="shot__remove"
          aria-label={t('console.capture.retake', { number })}
          title={t('console.capture.retake', { number })}
          onClick={onDiscard}
        />
      </span>
      {refused ? (
        <Badge state="warning">{refused}</Badge>
      ) : photo.quality === undefined ? (
        <span class="small muted">{t('console.capture.unrated')}</span>
      ) : (
        <Badge state={good ? 'ok' : 'looking'}>
          {t(good ? 'console.capture.good' : 'console.capture.fair')}
        </Badge>
      )}
    </li>
  );
}

const ICONS: Partial<Record<Hint, IconName>> = {
  'no-face': 'person',
  several: 'people',
  blurred: 'blur',
  'too-dark': 'warning',
  'too-bright': 'warning',
  done: 'check',
  'hold-still': 'camera',
};

/** Poses that none of the photos shows. */
function missingOf(photos: readonly Photo[]): Pose[] {
  return FIRST_POSES.filter((pose) => !photos.some((photo) => photo.pose === pose));
}
