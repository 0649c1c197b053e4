import type { ReadonlySignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { StatusDot } from '../ui/badge.tsx';
import { LatencyBadge } from '../ui/latency-badge.tsx';
import type { StreamView } from './console.store.ts';
import { formatDuration, formatTime } from './format.ts';
import { StreamFrame } from './stream-frame.tsx';

type Props = { stream: StreamView; now: ReadonlySignal<number>; onEnlarge: () => void };

/** One stream: its picture of crops in place, its name and place, whether it is there, how fast it is. */
export function StreamTile({ stream, now, onEnlarge }: Props) {
  const { name, place, online } = stream.info.value;
  return (
    <li class="tile" data-testid="stream" data-stream-id={stream.id} data-online={String(online)}>
      <StreamFrame stream={stream} />
      <div class="tile__foot">
        <div class="tile__name">
          <button type="button" class="tile__open" data-arrow-stop title={name} onClick={onEnlarge}>
            <span class="truncate">{name}</span>
          </button>
          {place && (
            <span class="muted small truncate" title={place}>
              {place}
            </span>
          )}
        </div>
        <div class="tile__facts">
          <StreamStatus stream={stream} now={now} />
          {online && <StreamLatency stream={stream} />}
        </div>
      </div>
    </li>
  );
}

/** Online, or offline since when; and for how long no crop has come. Its own component: it changes each second. */
export function StreamStatus({ stream, now }: Omit<Props, 'onEnlarge'>) {
  const { online } = stream.info.value;
  const lastCrop = stream.lastCropAt.value;
  if (!online) return <StatusDot state="offline">{offlineText(stream, now.value)}</StatusDot>;
  const quietMs = lastCrop === undefined ? undefined : now.value - lastCrop;
  return (
    <span class="tile__status">
      <StatusDot state="online" />
      {quietMs === undefined ? (
        <span class="muted small">{t('console.streams.noCropsYet')}</span>
      ) : (
        quietMs >= QUIET_MS && (
          <span class="muted small figure">
            {t('console.streams.noCropsFor', { duration: formatDuration(quietMs) })}
          </span>
        )
      )}
    </span>
  );
}

/** An online stream says so when nothing has come for this long. */
const QUIET_MS = 3000;

function offlineText(stream: StreamView, now: number): string {
  const since = stream.offlineSince.value;
  if (since !== undefined) return t('console.streams.offlineSince', { time: formatTime(since, now) });
  const lastCrop = stream.lastCropAt.value;
  if (lastCrop !== undefined) return t('console.streams.offlineLast', { time: formatTime(lastCrop, now) });
  return t('console.streams.offlineNever');
}

function StreamLatency({ stream }: { stream: StreamView }) {
  const latest = stream.latest.value;
  if (!latest) return null;
  return <LatencyBadge total={latest.latency} stages={latest.stages} up />;
}
