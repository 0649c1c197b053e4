import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { StageBreakdown } from '../../ui/latency-badge.tsx';
import type { StreamView } from '../console.store.ts';
import { isTyping } from '../keyboard.ts';
import type { Video } from '../live.ts';
import { canFillScreen, toggleFullScreen } from './full-screen.ts';
import { pinned, togglePin } from './pins.ts';
import { StreamFrame } from './stream-frame.tsx';
import { StreamStatus } from './stream-status.tsx';

/** One stream enlarged, with the way of its newest crop stage by stage. `f` fills the screen with it, `p` pins it. */
export function StreamDialog({
  stream,
  now,
  video,
  onClose,
}: {
  stream: StreamView;
  now: ReadonlySignal<number>;
  video: Video;
  onClose: () => void;
}) {
  const picture = useRef<HTMLDivElement>(null);
  const { name, place } = stream.info.value;
  const latest = stream.latest.value;
  const isPinned = pinned.value.includes(stream.id);
  const fill = () => picture.current && toggleFullScreen(picture.current);
  useKeys({ f: fill, p: () => togglePin(stream.id) });
  return (
    <Dialog
      title={name}
      wide
      onClose={onClose}
      actions={
        <>
          {canFillScreen && (
            <Button icon="expand" onClick={fill}>
              {t('console.streams.fullScreen')}
            </Button>
          )}
          <Button icon="pin" aria-pressed={isPinned} onClick={() => togglePin(stream.id)}>
            {t(isPinned ? 'console.streams.unpinIt' : 'console.streams.pinIt')}
          </Button>
          <Button onClick={onClose}>{t('ui.close')}</Button>
        </>
      }
    >
      <div class="enlarged">
        <div class="enlarged__picture" ref={picture}>
          <StreamFrame stream={stream} video={video} enlarged />
        </div>
        <div class="enlarged__side">
          <div class="tile__facts">
            <StreamStatus stream={stream} now={now} />
            {place && <span class="muted">{place}</span>}
          </div>
          {latest && <StageBreakdown total={latest.latency} stages={latest.stages} />}
        </div>
      </div>
    </Dialog>
  );
}

function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      keys[event.key]?.();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}
