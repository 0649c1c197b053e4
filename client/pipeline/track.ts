import { CROP_SIZE, type FivePoints } from '../../models/align.ts';

/** Side of a thumbnail: coarse enough that expression and blinking do not matter, fine enough to tell people apart. */
const THUMBNAIL_SIDE = 16;
/** The part of the aligned crop that is face rather than hair and background: left, top and side, in crop pixels. */
const FACE = { left: 20, top: 32, side: 72 } as const;

/** Grey, zero mean, unit length: the product of two is their correlation. */
export type Thumbnail = Float32Array;

/**
 * What two successive frames say of one person at least. Measured on LFW with 640×480 frames: one face, moved by
 * ±12 px, ±3.5°, ±4 % and with noise, correlates with itself by 0.94 or more (95 %; median 0.995), two people by 0.75
 * at most (99 %) and by 0.85 (99.9 %).
 */
export const TRACK_LIMITS = {
  /** Below this correlation it is another person, wherever the face is. */
  samePerson: 0.85,
  /** A box that overlaps less than this has jumped … */
  steadyOverlap: 0.5,
  /** … and must then look more alike. */
  samePersonAfterJump: 0.9,
  /** A face overlapping less, with landmarks farther off than this many eye distances, does not continue a track. */
  minOverlap: 0.15,
  maxShift: 1.2,
  /** A face may be missed for so long without its track ending. */
  missingMs: 350,
} as const;

export type FaceBox = { x: number; y: number; width: number; height: number };
export type TrackedFace = { box: FaceBox; points: FivePoints; thumbnail: Thumbnail };
type Track = TrackedFace & { id: number; seenAt: number };

/**
 * Gives the faces of successive frames track ids. A track is one person without interruption: it ends when its face
 * is gone, and also when a face in the same place is another one, because a name must never pass to a stranger.
 */
export class Tracker {
  #tracks: Track[] = [];
  #nextId = 1;

  /**
   * @param faces of this frame, positions in pixels
   * @param now ms
   * @returns the track of each face, in the order given, and the tracks that have ended
   */
  update(faces: readonly TrackedFace[], now: number): { ids: number[]; ended: number[] } {
    const free = new Set(this.#tracks);
    const replaced = new Set<Track>();
    const ids = faces.map(() => 0);
    const pairs = faces
      .flatMap((face, index) =>
        this.#tracks.map((track) => ({ index, track, score: closeness(face, track) })),
      )
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    for (const { index, track } of pairs) {
      const face = faces[index] as TrackedFace;
      if (ids[index] !== 0 || !free.has(track)) continue;
      if (!looksAlike(face, track)) {
        replaced.add(track);
        continue;
      }
      free.delete(track);
      replaced.delete(track);
      Object.assign(track, face, { seenAt: now });
      ids[index] = track.id;
    }

    const ended = [...free].filter(
      (track) => replaced.has(track) || now - track.seenAt > TRACK_LIMITS.missingMs,
    );
    this.#tracks = this.#tracks.filter((track) => !ended.includes(track));
    for (const [index, face] of faces.entries()) {
      if (ids[index] !== 0) continue;
      const track: Track = { ...face, id: this.#nextId++, seenAt: now };
      this.#tracks.push(track);
      ids[index] = track.id;
    }
    return { ids, ended: ended.map(({ id }) => id) };
  }
}

/** @param crop RGBA of 112×112 from `alignFace` */
export function thumbnailOf(crop: Uint8ClampedArray): Thumbnail {
  const cell = FACE.side / THUMBNAIL_SIDE;
  const thumbnail = new Float32Array(THUMBNAIL_SIDE * THUMBNAIL_SIDE);
  const counts = new Uint16Array(thumbnail.length);
  for (let y = 0; y < FACE.side; y++) {
    for (let x = 0; x < FACE.side; x++) {
      const at = ((FACE.top + y) * CROP_SIZE + FACE.left + x) * 4;
      const to = Math.floor(y / cell) * THUMBNAIL_SIDE + Math.floor(x / cell);
      const luma =
        0.299 * (crop[at] as number) + 0.587 * (crop[at + 1] as number) + 0.114 * (crop[at + 2] as number);
      thumbnail[to] = (thumbnail[to] as number) + luma;
      counts[to] = (counts[to] as number) + 1;
    }
  }
  const means = thumbnail.map((sum, i) => sum / (counts[i] as number));
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const centred = means.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? centred : centred.map((value) => value / length);
}

/** Correlation of two thumbnails, −1 to 1. */
export function correlation(a: Thumbnail, b: Thumbnail): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function looksAlike(face: TrackedFace, track: Track): boolean {
  const { samePerson, samePersonAfterJump, steadyOverlap } = TRACK_LIMITS;
  const needed = overlap(face.box, track.box) < steadyOverlap ? samePersonAfterJump : samePerson;
  return correlation(face.thumbnail, track.thumbnail) >= needed;
}

/** How well a face continues a track by place alone; 0 when it cannot. */
function closeness(face: TrackedFace, track: Track): number {
  const shared = overlap(face.box, track.box);
  const shift = landmarkShift(face.points, track.points);
  if (shared < TRACK_LIMITS.minOverlap && shift > TRACK_LIMITS.maxShift) return 0;
  return shared + 1 / (1 + shift);
}

/** Intersection over union. */
function overlap(a: FaceBox, b: FaceBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (a.width * a.height + b.width * b.height - shared || 1);
}

/** Mean distance of the five points, in eye distances of the first. */
function landmarkShift(a: FivePoints, b: FivePoints): number {
  const eyes = Math.hypot(a[1][0] - a[0][0], a[1][1] - a[0][1]) || 1;
  const sum = a.reduce((all, [x, y], i) => {
    const [u, v] = b[i] as readonly [number, number];
    return all + Math.hypot(x - u, y - v);
  }, 0);
  return sum / a.length / eyes;
}
