import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import type { WatchedVideo } from '../../net/video-watcher.ts';
import { Badge } from '../../ui/badge.tsx';
import type { StreamView } from '../console.store.ts';
import type { Video } from '../live.ts';
import type { TrackBox } from './box-history.ts';

const RETRY_MS = 2000;
/** From a frame's capture to its arrival: encoding and the way, as measured by the test of live video. */
const ARRIVAL_MS = 30;
/** Video without a new frame for so long stands still. */
const STILL_MS = 1500;

/** The stream's live video, each frame with the boxes of the time at which it was captured. */
export function StreamVideo({
  stream,
  video,
  enlarged,
  playing,
}: {
  stream: StreamView;
  video: Video;
  /** Shown large: it comes before the tiles when there are too many videos. */
  enlarged: boolean;
  /** Set while frames come. */
  playing: Signal<boolean>;
}) {
  const ref = useRef<HTMLVideoElement>(null);
  const boxes = useSignal<readonly TrackBox[]>([]);
  const { generation } = video.watcher;
  useEffect(() => {
    const element = ref.current;
    return element
      ? watchWhileVisible({ element, stream: stream.id, video, boxes, enlarged, playing })
      : undefined;
  }, [stream.id, video, generation.value]);
  return (
    <>
      <video
        ref={ref}
        class={`frame__video${playing.value ? '' : ' frame__video--still'}`}
        data-testid="stream-video"
        data-playing={String(playing.value)}
        autoplay
        muted
        playsInline
      />
      {boxes.value.map(({ track, box }) => (
        <VideoBox key={track} stream={stream} track={track} box={box} />
      ))}
    </>
  );
}

function VideoBox({ stream, track, box }: TrackBox & { stream: StreamView }) {
  const label = stream.tracks.value.find((one) => one.track === track)?.label.value;
  const state = label?.state ?? 'looking';
  const name = state === 'identified' ? label?.name : undefined;
  return (
    <div
      class={`video-box state--${state}`}
      data-testid="video-label"
      data-state={state}
      data-person-id={label?.personId}
      style={{
        left: `${100 * box.x}%`,
        top: `${100 * box.y}%`,
        width: `${100 * box.width}%`,
        height: `${100 * box.height}%`,
      }}
    >
      <span class="video-box__name">
        <Badge state={state} onVideo>
          {name ?? t(`ui.state.${state}`)}
        </Badge>
      </span>
    </div>
  );
}

/** Consumes the video while the element is on the screen and the page is shown. @returns a function that ends it */
function watchWhileVisible(options: {
  element: HTMLVideoElement;
  stream: string;
  video: Video;
  boxes: Signal<readonly TrackBox[]>;
  enlarged: boolean;
  playing: Signal<boolean>;
}): () => void {
  const { element, stream, video, boxes, enlarged, playing } = options;
  let watched: WatchedVideo | undefined;
  let wanted = false;
  let onScreen = false;
  let over = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let still: ReturnType<typeof setTimeout> | undefined;

  const start = async (): Promise<void> => {
    try {
      const next = await video.watcher.watch(stream, { first: enlarged });
      if (!wanted || over || watched) {
        next.stop();
        return;
      }
      watched = next;
      element.srcObject = new MediaStream([next.track]);
      await element.play().catch(() => {});
    } catch {
      if (wanted && !over) retry = setTimeout(() => void start(), RETRY_MS);
    }
  };
  const stand = (): void => {
    playing.value = false;
    boxes.value = [];
  };
  const stop = (): void => {
    clearTimeout(retry);
    clearTimeout(still);
    watched?.stop();
    watched = undefined;
    element.srcObject = null;
    stand();
  };
  const update = (): void => {
    const now = onScreen && document.visibilityState === 'visible';
    if (now === wanted) return;
    wanted = now;
    if (now) void start();
    else stop();
  };
  const observer = new IntersectionObserver((entries) => {
    onScreen = entries.at(-1)?.isIntersecting ?? false;
    update();
  });
  observer.observe(element);
  document.addEventListener('visibilitychange', update);

  const onFrame = (_: number, { captureTime, receiveTime, presentationTime }: VideoFrameCallbackMetadata) => {
    if (over || !watched) return void (!over && element.requestVideoFrameCallback(onFrame));
    // Where the browser does not know when a remote frame was captured, its arrival is the nearest that is known.
    const captured = captureTime ?? (receiveTime ?? presentationTime) - ARRIVAL_MS;
    const at = performance.timeOrigin + captured;
    boxes.value = video.boxesAt(stream, at);
    playing.value = true;
    clearTimeout(still);
    still = setTimeout(stand, STILL_MS);
    element.requestVideoFrameCallback(onFrame);
  };
  element.requestVideoFrameCallback(onFrame);
  return () => {
    over = true;
    observer.disconnect();
    document.removeEventListener('visibilitychange', update);
    stop();
  };
}
