import type { ReadonlySignal } from '@preact/signals';
import { t } from '../../i18n/t.ts';
import { StatusDot } from '../../ui/badge.tsx';
import type { StreamView } from '../console.store.ts';
import { formatDuration, formatTime } from '../format.ts';

/** What keeps a stream from being live, if anything does. Nobody in view keeps it from nothing. */
export type Trouble = 'offline' | 'silent' | 'stalled' | 'no-camera' | 'failed';

export function troubleOf({ info }: Pick<StreamView, 'info'>): Trouble | undefined {
  const { online, pipeline } = info.value;
  if (!online) return 'offline';
  return pipeline === 'running' || pipeline === 'starting' ? undefined : pipeline;
}

/** Online or starting; or what is wrong, and since when. Its own component: it may change each second. */
export function StreamStatus({ stream, now }: { stream: StreamView; now: ReadonlySignal<number> }) {
  const trouble = troubleOf(stream);
  if (trouble === 'offline') return <StatusDot state="offline">{offlineText(stream, now.value)}</StatusDot>;
  if (trouble) return <StatusDot state="warning">{troubleText(stream, trouble, now.value)}</StatusDot>;
  if (stream.info.value.pipeline === 'starting')
    return <StatusDot state="info">{t('console.streams.starting')}</StatusDot>;
  return <StatusDot state="online" />;
}

function troubleText(stream: StreamView, trouble: Exclude<Trouble, 'offline'>, now: number): string {
  const since = stream.troubledSince.value;
  const text = t(`console.streams.trouble.${trouble}`);
  if (since === undefined) return text;
  return t('console.streams.troubleFor', { trouble: text, duration: formatDuration(now - since) });
}

function offlineText(stream: StreamView, now: number): string {
  const since = stream.offlineSince.value;
  if (since !== undefined) return t('console.streams.offlineSince', { time: formatTime(since, now) });
  const lastCrop = stream.lastCropAt.value;
  if (lastCrop !== undefined) return t('console.streams.offlineLast', { time: formatTime(lastCrop, now) });
  return t('console.streams.offlineNever');
}
