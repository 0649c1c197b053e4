import type { ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { StreamView } from '../console.store.ts';
import { moveByArrows } from '../keyboard.ts';
import type { Video } from '../live.ts';
import { type Arrangement, arrangeTiles } from './arrange.ts';
import { pinned, togglePin } from './pins.ts';
import { StreamTile } from './stream-tile.tsx';
import { useRoom } from './use-room.ts';

const GAP = 12;
/** Narrower, a face on a tile could not be told. */
const LEAST = 120;
/** As in the style sheet: in tiles narrower than this, name and state share one line. */
const NARROW = 256;
const FOOT = { wide: 78, narrow: 34 } as const;
const USUAL_ASPECT = 16 / 9;

/** The tiles of streams, as large as they fit on the page. `p` pins the one that has the focus. */
export function StreamGrid({
  streams,
  now,
  video,
  onEnlarge,
}: {
  streams: readonly StreamView[];
  now: ReadonlySignal<number>;
  video: Video;
  onEnlarge: (id: string) => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const room = useRoom(ref);
  const pins = streams.filter(({ id }) => pinned.value.includes(id)).length;
  // Where every stream is pinned, none is larger than another.
  const large = pins < streams.length ? pins : 0;
  const arrangement =
    room &&
    arrangeTiles({
      count: streams.length,
      pinned: large,
      room,
      aspect: aspectOf(streams),
      gap: GAP,
      least: LEAST,
      foot: (width) => (width < NARROW ? FOOT.narrow : FOOT.wide),
    });
  return (
    <div class="tiles-room" ref={ref}>
      {arrangement && (
        <ul
          class="tiles"
          style={styleOf(arrangement)}
          onKeyDown={handleKey}
          data-columns={arrangement.columns}
        >
          {streams.map((stream, i) => (
            <StreamTile
              key={stream.id}
              stream={stream}
              now={now}
              video={video}
              large={i < large}
              onEnlarge={() => onEnlarge(stream.id)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function handleKey(event: KeyboardEvent): void {
  moveByArrows(event);
  if (event.key !== 'p' || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = (event.target as HTMLElement).closest<HTMLElement>('[data-stream-id]')?.dataset.streamId;
  if (id) togglePin(id);
}

function styleOf({ columns, rowHeight }: Arrangement): Record<string, string> {
  return {
    gap: `${GAP}px`,
    gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
    gridAutoRows: `${Math.floor(rowHeight)}px`,
  };
}

/** That of the picture in the middle of all by their aspect. */
function aspectOf(streams: readonly StreamView[]): number {
  const known = streams.flatMap(({ aspect }) => aspect.value ?? []).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? USUAL_ASPECT;
}
