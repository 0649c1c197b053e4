/** How the tiles of the streams lie: so many columns, each row so high (px), and whether all are seen without scrolling. */
export type Arrangement = { columns: number; rowHeight: number; fits: boolean };

/** A pinned stream takes so many columns and rows. */
export const PINNED_SPAN = 2;

/** A grid without gaps is worth somewhat smaller pictures: a third of it empty, a tenth. */
const EMPTY_COSTS = 0.3;

/**
 * Chooses the columns by which the pictures become largest on the room there is. Pinned tiles are twice as wide and
 * high as the others and lie first; the others fill every gap.
 * @param options.room px; tiles that would be narrower than `least` go on below it, and the grid scrolls
 * @param options.aspect width of the pictures over their height
 * @param options.foot height of what stands under a picture in a tile of this width, px
 */
export function arrangeTiles(options: {
  count: number;
  pinned: number;
  room: { width: number; height: number };
  aspect: number;
  gap: number;
  least: number;
  foot: (tileWidth: number) => number;
}): Arrangement {
  const { count, pinned, room, aspect, gap, least, foot } = options;
  const fewest = pinned > 0 ? PINNED_SPAN : 1;
  const widthOf = (columns: number) => (room.width - gap * (columns - 1)) / columns;
  let best: (Arrangement & { picture: number; score: number }) | undefined;
  for (
    let columns = fewest;
    columns <= Math.max(fewest, count + (PINNED_SPAN ** 2 - 1) * pinned);
    columns++
  ) {
    const rows = rowsNeeded({ columns, count, pinned });
    const width = widthOf(columns);
    const rowHeight = (room.height - gap * (rows - 1)) / rows;
    const picture = Math.min(width, (rowHeight - foot(width)) * aspect);
    const empty = 1 - (count + (PINNED_SPAN ** 2 - 1) * pinned) / (columns * rows);
    const score = picture * (1 - EMPTY_COSTS * empty);
    if (!best || score > best.score + 0.5) {
      // Higher than its picture, a tile would only show bars above and below it.
      const enough = Math.min(rowHeight, width / aspect + foot(width));
      best = { columns, rowHeight: enough, fits: true, picture, score };
    }
  }
  if (best && best.picture >= Math.min(least, room.width)) {
    const { columns, rowHeight, fits } = best;
    return { columns, rowHeight, fits };
  }
  const columns = Math.max(fewest, Math.floor((room.width + gap) / (least + gap)));
  const width = widthOf(columns);
  return { columns, rowHeight: width / aspect + foot(width), fits: false };
}

/** As CSS's dense packing fills them. */
function rowsNeeded({ columns, count, pinned }: { columns: number; count: number; pinned: number }): number {
  const bands = Math.ceil(pinned / Math.floor(columns / PINNED_SPAN)) || 0;
  const free = PINNED_SPAN * bands * columns - PINNED_SPAN ** 2 * pinned;
  const below = Math.max(0, count - pinned - free);
  return PINNED_SPAN * bands + Math.ceil(below / columns);
}
