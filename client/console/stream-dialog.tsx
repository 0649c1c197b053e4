import type { ReadonlySignal } from '@preact/signals';
import { t } from '../i18n/t.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { StageBreakdown } from '../ui/latency-badge.tsx';
import type { StreamView } from './console.store.ts';
import { StreamFrame } from './stream-frame.tsx';
import { StreamStatus } from './stream-tile.tsx';

/** One stream enlarged, with the way of its newest crop stage by stage. */
export function StreamDialog({
  stream,
  now,
  onClose,
}: {
  stream: StreamView;
  now: ReadonlySignal<number>;
  onClose: () => void;
}) {
  const { name, place } = stream.info.value;
  const latest = stream.latest.value;
  return (
    <Dialog title={name} wide onClose={onClose} actions={<Button onClick={onClose}>{t('ui.close')}</Button>}>
      <div class="tile__facts">
        <StreamStatus stream={stream} now={now} />
        {place && <span class="muted">{place}</span>}
      </div>
      <div class="enlarged">
        <StreamFrame stream={stream} />
        {latest && <StageBreakdown total={latest.latency} stages={latest.stages} />}
      </div>
    </Dialog>
  );
}
