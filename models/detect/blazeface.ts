import type { Rectangle } from './resample.ts';

/**
 * Decoding of the BlazeFace detector as Human 3.3.6 does it (`face/blazeface.ts`, `facemeshutil.ts`),
 * so that photographs on the server give the same faces as frames in the browser.
 */

/** Side of the detector's input. */
export const DETECTOR_SIZE = 256;
/** A candidate face: its box in input pixels, its probability and its tilt in radians, clockwise. */
export type Candidate = Rectangle & { readonly score: number; readonly tilt: number };

/** Cells of 16 and 32 pixels with 2 and 6 anchors in each, in the order of the network's outputs. */
const ANCHOR_GRIDS = [
  { stride: 16, perCell: 2 },
  { stride: 32, perCell: 6 },
] as const;

/** Centres of the 896 anchors, `[x, y]` in input pixels. */
const ANCHORS: readonly (readonly [number, number])[] = ANCHOR_GRIDS.flatMap(({ stride, perCell }) => {
  const cells = DETECTOR_SIZE / stride;
  return Array.from({ length: cells * cells * perCell }, (_, i) => {
    const cell = Math.floor(i / perCell);
    return [stride * ((cell % cells) + 0.5), stride * (Math.floor(cell / cells) + 0.5)] as const;
  });
});

/** Numbers per anchor: centre, size and six landmarks. */
const VALUES_PER_ANCHOR = 16;
/** Where in them the landmarks stand that show the tilt. */
const NOSE_AT = 8;
const MOUTH_AT = 10;

/**
 * Boxes and tilt of all anchors above `minScore`.
 * @param boxes `[896, 16]`, offsets from the anchor in input pixels
 * @param logits `[896]`
 */
export function decodeCandidates({
  boxes,
  logits,
  minScore,
}: {
  boxes: Float32Array;
  logits: Float32Array;
  minScore: number;
}): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [i, [anchorX, anchorY]] of ANCHORS.entries()) {
    const score = 1 / (1 + Math.exp(-(logits[i] as number)));
    if (!(score > minScore)) continue;
    const at = i * VALUES_PER_ANCHOR;
    const [dx = 0, dy = 0, width = 0, height = 0] = boxes.subarray(at, at + 4);
    const [noseX = 0, noseY = 0, mouthX = 0, mouthY = 0] = boxes.subarray(at + NOSE_AT, at + MOUTH_AT + 2);
    const [x, y] = [anchorX + dx, anchorY + dy];
    candidates.push({
      left: x - width / 2,
      top: y - height / 2,
      right: x + width / 2,
      bottom: y + height / 2,
      score,
      tilt: tiltOf(noseX - mouthX, noseY - mouthY),
    });
  }
  return candidates;
}

/** Angle of the line from mouth to nose against straight up, −π to π. */
function tiltOf(dx: number, dy: number): number {
  const angle = Math.PI / 2 - Math.atan2(-dy, dx);
  return angle - 2 * Math.PI * Math.floor((angle + Math.PI) / (2 * Math.PI));
}

/** Greedy non-maximum suppression: the best candidates of which no two overlap by `maxOverlap` or more. */
export function suppressOverlaps({
  candidates,
  maxOverlap,
  maxCount,
}: {
  candidates: readonly Candidate[];
  maxOverlap: number;
  maxCount: number;
}): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    if (kept.length >= maxCount) break;
    if (kept.every((other) => intersectionOverUnion(candidate, other) < maxOverlap)) kept.push(candidate);
  }
  return kept;
}

function intersectionOverUnion(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const shared = Math.max(0, width) * Math.max(0, height);
  const area = (r: Rectangle) => (r.right - r.left) * (r.bottom - r.top);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/**
 * The square of whole pixels that the mesh network gets to see: the detected box scaled to the frame,
 * enlarged about its centre, squared by its longer side.
 * @param side of the square frame
 */
export function cropSquare({
  candidate: { left, top, right, bottom },
  side,
  enlarge,
}: {
  candidate: Rectangle;
  side: number;
  enlarge: number;
}): Rectangle {
  const scale = side / DETECTOR_SIZE;
  const x = ((left + right) / 2) * scale;
  const y = ((top + bottom) / 2) * scale;
  const half = (enlarge * scale * Math.max(right - left, bottom - top)) / 2;
  return {
    left: Math.round(x - half),
    top: Math.round(y - half),
    right: Math.round(x + half),
    bottom: Math.round(y + half),
  };
}
