import type { FrameBox } from '../../../protocol/crop.ts';

/** Where a crop is drawn: its centre and sides as fractions of the frame's width and height. */
export type Place = { x: number; y: number; width: number; height: number };

/** A place, and from where to where its name may reach, as fractions of the frame's width. */
export type NamedPlace = Place & { nameFrom: number; nameTo: number };

/** The aligned crop shows more than the detector's box: hair above, chin below. */
const CROP_PER_BOX = 1.25;
const LARGEST = 0.56;
/** A face under this share of the frame's width would be too small to tell on a tile. */
const READABLE = 0.33;
/** Room under each crop for its name, as a share of the frame's height. */
const NAME_ROOM = 0.13;
const PASSES = 8;

/**
 * Places crops in an outline of their frame: each where its face was, enlarged where it would be too
 * small to read, moved aside where two would cover each other, and never outside the frame.
 * @param boxes face boxes in fractions of the frame
 * @param aspect width of the frame over its height
 */
export function placeCrops(boxes: readonly FrameBox[], aspect: number): NamedPlace[] {
  const readable = Math.min(READABLE, 0.94 / Math.max(1, Math.min(boxes.length, 6)));
  const places = boxes.map((box) => {
    const side = Math.max(box.width, box.height / aspect) * CROP_PER_BOX;
    const room = (1 - NAME_ROOM) / aspect;
    const width = Math.min(Math.max(side, readable), boxes.length > 1 ? readable * 1.3 : LARGEST, room);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, width, height: width * aspect };
  });
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) pushApart(a, b);
    }
    for (const place of places) keepInside(place);
  }
  return places.map((place) => ({ ...place, ...roomForName(place, places) }));
}

/** A name may reach halfway to the next crop whose name stands on the same line, and to the frame's edges. */
function roomForName(place: Place, places: readonly Place[]): { nameFrom: number; nameTo: number } {
  let nameFrom = 0;
  let nameTo = 1;
  for (const other of places) {
    const apart = Math.abs(other.y + other.height / 2 - place.y - place.height / 2);
    if (other === place || apart >= NAME_ROOM) continue;
    const middle = (place.x + other.x) / 2;
    if (other.x < place.x) nameFrom = Math.max(nameFrom, middle);
    else nameTo = Math.min(nameTo, middle);
  }
  return { nameFrom, nameTo };
}

/** Moves two overlapping crops apart along the axis where less is missing. */
function pushApart(a: Place, b: Place): void {
  const missingX = (a.width + b.width) / 2 + 0.01 - Math.abs(a.x - b.x);
  const missingY = (a.height + b.height) / 2 + NAME_ROOM - Math.abs(a.y - b.y);
  if (missingX <= 0 || missingY <= 0) return;
  if (missingX <= missingY) {
    const step = (a.x <= b.x ? 1 : -1) * (missingX / 2);
    a.x -= step;
    b.x += step;
  } else {
    const step = (a.y <= b.y ? 1 : -1) * (missingY / 2);
    a.y -= step;
    b.y += step;
  }
}

function keepInside(place: Place): void {
  const halfWidth = place.width / 2;
  const halfHeight = place.height / 2;
  place.x = Math.min(1 - halfWidth, Math.max(halfWidth, place.x));
  place.y = Math.min(1 - halfHeight - NAME_ROOM, Math.max(halfHeight, place.y));
}
