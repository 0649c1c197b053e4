import { QUALITY_LIMITS } from '../../../models/quality.ts';
import type { SeenFace } from '../../pipeline/frame-processor.ts';

/** How the head is to be held for a photo; left and right are the person's own. */
export const POSES = ['front', 'left', 'right', 'up', 'down'] as const;
export type Pose = (typeof POSES)[number];

/** What the person before the camera is told: what is wrong, or what comes next. */
export const HINTS = [
  'no-face',
  'several',
  'closer',
  'further',
  'centre',
  'too-dark',
  'too-bright',
  'blurred',
  'turned-away',
  ...POSES,
  'hold-still',
  'done',
] as const;
export type Hint = (typeof HINTS)[number];

export type Look = { faces: readonly SeenFace[]; frame: { width: number; height: number }; at: number };
/** @param take the pose that this very frame is the photo of */
export type Advice = { hint: Hint; face?: SeenFace; take?: Pose };

/** Photos taken of one person. */
export const MOST_SHOTS = 5;
/** Poses that are waited for one after the other, whichever comes first being taken. */
export const FIRST_POSES: readonly Pose[] = ['front', 'left', 'right'];
export const MORE_POSES: readonly Pose[] = ['up', 'down'];

/** Nose tip across the eyes, and below them, from which a head counts as turned; see `poseOf` in models/quality.ts. */
const TURNED = { least: 0.22, most: 0.9 };
const NODDED = { up: -0.16, down: 0.24 };
/** Height of the face in the frame's shorter side. */
const FACE_SHARE = { least: 0.26, most: 0.85 };
/** Of the largest face's area: what is smaller stands in the background. */
const BYSTANDER = 0.25;
/** Sharp and light enough for a template: above what a kiosk needs to recognise. */
const SHARP_ENOUGH = (QUALITY_LIMITS.sharpness.refuse + QUALITY_LIMITS.sharpness.full) / 2;
/** A pose that does not come is taken as it is: some people cannot turn their head, and a varied photo is a plus only. */
const PATIENCE_MS = 5000;
/** Between two photos, so that they differ and the person sees what happened. */
const PAUSE_MS = 700;

/** Says what to do, frame by frame, and which frames are the photos. */
export class CaptureGuide {
  #missing: Pose[];
  #asked: { pose: Pose; since: number } | undefined;
  #lastTaken = Number.NEGATIVE_INFINITY;
  #steady: Pose | undefined;

  constructor({ poses = FIRST_POSES }: { poses?: readonly Pose[] } = {}) {
    this.#missing = [...poses];
  }

  get missing(): readonly Pose[] {
    return this.#missing;
  }

  /** A photo of that pose was discarded, or more are wanted: it is waited for again. */
  want(...poses: readonly Pose[]): void {
    this.#missing = POSES.filter((pose) => this.#missing.includes(pose) || poses.includes(pose));
  }

  /** A photo was taken by hand: the next pose that was asked for counts as done. */
  handleManual(at: number): Pose {
    const [pose = 'front'] = this.#missing;
    this.#taken(pose, at);
    return pose;
  }

  handleLook({ faces, frame, at }: Look): Advice {
    const [next] = this.#missing;
    if (!next) return { hint: 'done' };
    if (this.#asked?.pose !== next) this.#asked = { pose: next, since: at };
    const wrong = problemOf(faces, frame);
    const face = largestOf(faces);
    if (wrong || !face) {
      this.#steady = undefined;
      return { hint: wrong ?? 'no-face', ...(face ? { face } : {}) };
    }
    const held = poseOf(face);
    const waited = at - this.#asked.since > PATIENCE_MS;
    const pose = held && this.#missing.includes(held) ? held : waited ? next : undefined;
    if (!pose || at - this.#lastTaken < PAUSE_MS) {
      this.#steady = undefined;
      return { hint: next, face };
    }
    // Twice in a row: a head on its way past a pose is blurred, and the landmarks lag.
    if (this.#steady !== pose) {
      this.#steady = pose;
      return { hint: 'hold-still', face };
    }
    this.#taken(pose, at);
    return { hint: this.#missing[0] ?? 'done', face, take: pose };
  }

  #taken(pose: Pose, at: number): void {
    this.#missing = this.#missing.filter((one) => one !== pose);
    this.#asked = undefined;
    this.#steady = undefined;
    this.#lastTaken = at;
  }
}

/** How the head of a face is held; `undefined` between two poses. */
export function poseOf({ quality: { yaw, pitch } }: Pick<SeenFace, 'quality'>): Pose | undefined {
  const turn = Math.abs(yaw);
  if (turn > TURNED.most) return undefined;
  // In the unmirrored picture a nose towards x points to the person's own left.
  if (turn >= TURNED.least) return yaw > 0 ? 'left' : 'right';
  if (pitch <= NODDED.up) return 'up';
  return pitch >= NODDED.down ? 'down' : 'front';
}

/** What keeps a frame from being a photo; `undefined` for a good one. */
export function problemOf(
  faces: readonly SeenFace[],
  frame: { width: number; height: number },
): Hint | undefined {
  const face = largestOf(faces);
  if (!face) return 'no-face';
  if (faces.some((other) => other !== face && areaOf(other) > BYSTANDER * areaOf(face))) return 'several';
  const share = (face.box.height * frame.height) / Math.min(frame.width, frame.height);
  if (share < FACE_SHARE.least || face.refusal === 'too-small') return 'closer';
  if (share > FACE_SHARE.most) return 'further';
  if (
    face.box.x < 0 ||
    face.box.y < 0 ||
    face.box.x + face.box.width > 1 ||
    face.box.y + face.box.height > 1
  ) {
    return 'centre';
  }
  const { refusal } = face;
  if (refusal === 'too-dark' || refusal === 'too-bright' || refusal === 'turned-away') return refusal;
  return refusal === 'blurred' || face.quality.sharpness < SHARP_ENOUGH ? 'blurred' : undefined;
}

export function largestOf(faces: readonly SeenFace[]): SeenFace | undefined {
  return faces.reduce<SeenFace | undefined>(
    (best, face) => (best && areaOf(best) >= areaOf(face) ? best : face),
    undefined,
  );
}

function areaOf({ box }: SeenFace): number {
  return box.width * box.height;
}

/**
 * The part of a frame that is kept as the photo of a face: the face with room around it, so that neither bystanders
 * nor the room go along. In fractions of the frame.
 */
export function photoAreaOf({ box }: Pick<SeenFace, 'box'>, frame: { width: number; height: number }) {
  const [width, height] = [box.width * frame.width, box.height * frame.height];
  const side = 2.4 * Math.max(width, height);
  const [x, y] = [(box.x + box.width / 2) * frame.width, (box.y + box.height / 2) * frame.height];
  const left = Math.max(0, x - side / 2);
  const top = Math.max(0, y - side / 2);
  return {
    x: left / frame.width,
    y: top / frame.height,
    width: (Math.min(frame.width, x + side / 2) - left) / frame.width,
    height: (Math.min(frame.height, y + side / 2) - top) / frame.height,
  };
}
