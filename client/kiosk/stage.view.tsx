import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { watchFrames } from '../pipeline/camera.ts';
import { Icon } from '../ui/icon.tsx';
import { LatencyBadge } from '../ui/latency-badge.tsx';
import { FaceBox } from './face-box.view.tsx';
import type { Size } from './geometry.ts';
import { headlineOf } from './headline.ts';
import type { KioskState } from './kiosk.state.ts';
import { PairingCode } from './pairing.view.tsx';

/** The camera picture with the boxes of the faces in it. Only this element is mirrored, never what is sent. */
export function Stage({
  state,
  onFrame,
}: {
  state: KioskState;
  onFrame: (video: HTMLVideoElement, capturedAt: number) => void;
}) {
  const { camera, front, frame, link } = state;
  // Without a connection nobody looks at them, so nothing is drawn that says so.
  const faces = link.kind === 'online' ? state.faces : [];
  const stage = useRef<HTMLDivElement>(null);
  const view = useSize(stage);
  const mirrored = camera.kind === 'live' && camera.mirrored;
  const { label } = headlineOf(state);
  return (
    <div class="stage" ref={stage}>
      {camera.kind === 'live' ? (
        <Preview stream={camera.stream} mirrored={mirrored} onFrame={onFrame} />
      ) : state.pairingCode ? (
        <PairingCode code={state.pairingCode} />
      ) : (
        <span class="stage__empty">
          <Icon name="camera" />
        </span>
      )}
      {view &&
        faces.map((face) => (
          <FaceBox
            key={face.track}
            face={face}
            front={face.track === front}
            frame={frame}
            view={view}
            mirrored={mirrored}
          />
        ))}
      <div class="stage__corner">
        {faces.length > 1 && (
          <p class="stage__note" role="status">
            <Icon name="people" />
            {t('kiosk.several', { count: faces.length })}
          </p>
        )}
        {state.onAir && (
          <p class="stage__note stage__note--on-air" role="status" data-testid="on-air">
            <Icon name="video" />
            {t('kiosk.onAir')}
          </p>
        )}
        {label && <LatencyBadge total={label.latency} stages={label.stages} onVideo />}
      </div>
    </div>
  );
}

function Preview({
  stream,
  mirrored,
  onFrame,
}: {
  stream: MediaStream;
  mirrored: boolean;
  onFrame: (video: HTMLVideoElement, capturedAt: number) => void;
}) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    video.srcObject = stream;
    // Refused only while the page is hidden; it starts by itself when it is shown.
    video.play().catch(() => {});
    return watchFrames({ video, onFrame: (capturedAt) => onFrame(video, capturedAt) });
  }, [stream, onFrame]);
  return (
    <video
      ref={ref}
      class={`stage__video${mirrored ? ' stage__video--mirrored' : ''}`}
      aria-label={t('kiosk.preview')}
      autoplay
      muted
      playsInline
    />
  );
}

function useSize(ref: { current: HTMLElement | null }): Size | undefined {
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
