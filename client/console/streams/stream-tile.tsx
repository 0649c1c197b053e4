import type { ReadonlySignal } from '@preact/signals';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { LatencyBadge } from '../../ui/latency-badge.tsx';
import type { StreamView } from '../console.store.ts';
import type { Video } from '../live.ts';
import { pinned, togglePin } from './pins.ts';
import { StreamFrame } from './stream-frame.tsx';
import { StreamStatus } from './stream-status.tsx';

/** One stream: its picture of crops in place, its name and place, whether it is there, how fast it is. */
export function StreamTile({
  stream,
  now,
  video,
  large,
  onEnlarge,
}: {
  stream: StreamView;
  now: ReadonlySignal<number>;
  video: Video;
  /** Twice as wide and high as the others. */
  large: boolean;
  onEnlarge: () => void;
}) {
  const { name, place, online, pipeline } = stream.info.value;
  const isPinned = pinned.value.includes(stream.id);
  const pin = t(isPinned ? 'console.streams.unpin' : 'console.streams.pin', { name });
  return (
    <li
      class={`tile${large ? ' tile--large' : ''}`}
      data-testid="stream"
      data-stream-id={stream.id}
      data-online={String(online)}
      data-pipeline={pipeline}
    >
      <StreamFrame stream={stream} video={video} />
      <div class="tile__foot">
        <div class="tile__name">
          <button type="button" class="tile__open" data-arrow-stop title={name} onClick={onEnlarge}>
            <span class="truncate">{name}</span>
          </button>
          {place && (
            <span class="tile__place muted small truncate" title={place}>
              {place}
            </span>
          )}
        </div>
        <div class="tile__facts">
          <StreamStatus stream={stream} now={now} />
          {online && <StreamLatency stream={stream} />}
        </div>
      </div>
      <Button
        variant="quiet"
        class="tile__pin"
        icon="pin"
        aria-pressed={isPinned}
        aria-label={pin}
        title={pin}
        onClick={() => togglePin(stream.id)}
      />
    </li>
  );
}

function StreamLatency({ stream }: { stream: StreamView }) {
  const latest = stream.latest.value;
  if (!latest) return null;
  return <LatencyBadge total={latest.latency} stages={latest.stages} up />;
}
