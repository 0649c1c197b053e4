import type { Rectangle } from './resample.ts';

/**
 * Decoding of the BlazeFace detector as Human 3.3.6 does it (`face/blazeface.ts`, `facemeshutil.ts`),
 * so that photographs on the server give the same faces as frames in the browser.
 */

/** Side of the detector's input. */
export const DETECTOR_SIZE = 256;
/** A candidate: its box in input pixels and its probability. */
export type Candidate = Rectangle & { readonly score: number };

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

/** Numbers per anchor: centre, size and six landmarks, which are not used. */
const VALUES_PER_ANCHOR = 16;

/**
 * Boxes of all anchors above `minScore`.
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
    const [x, y] = [anchorX + dx, anchorY + dy];
    candidates.push({
      left: x - width / 2,
      top: y - height / 2,
      right: x + width / 2,
      bottom: y + height / 2,
      score,
    });
  }
  return candidates;
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
 * The square of whole image pixels that the mesh network gets to see: the detected box scaled to the
 * image, enlarged about its centre, squared by its longer side.
 */
export function cropSquare({
  candidate,
  width,
  height,
  enlarge,
}: {
  candidate: Rectangle;
  width: number;
  height: number;
  enlarge: number;
}): Rectangle {
  const [sx, sy] = [width / DETECTOR_SIZE, height / DETECTOR_SIZE];
  const x = ((candidate.left + candidate.right) / 2) * sx;
  const y = ((candidate.top + candidate.bottom) / 2) * sy;
  const half =
    (enlarge * Math.max((candidate.right - candidate.left) * sx, (candidate.bottom - candidate.top) * sy)) /
    2;
  return {
    left: Math.round(x - half),
    top: Math.round(y - half),
    right: Math.round(x + half),
    bottom: Math.round(y + half),
  };
}
