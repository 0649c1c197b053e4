import { alignFace, CROP_SIZE, type FivePoints, type Point } from '../../models/align.ts';
import { assessQuality, type Quality, type Refusal } from '../../models/quality.ts';
import type { Crop, FrameBox } from '../../protocol/crop.ts';
import { monotonicNow } from '../net/clock.ts';
import type { DetectedFace, Detector } from './detect.ts';
import { type CropEncoder, createCropEncoder } from './encode.ts';
import { createSurface, type Surface } from './surface.ts';
import { Tracker, thumbnailOf } from './track.ts';
import { TrackPolicy } from './track-policy.ts';
import type { ReadyCrop } from './uplink.ts';

/** A face that the kiosk shows a box for. */
export type SeenFace = {
  track: number;
  /** Fractions of the frame. */
  box: FrameBox;
  quality: Omit<Quality, 'refusal'>;
  /** Why it is not sent: what the person can do about it is the page's business. */
  refusal?: Refusal;
};

export type FrameResult = {
  /** ms of `monotonicNow` */
  capturedAt: number;
  frame: { width: number; height: number };
  faces: SeenFace[];
  /** Tracks that are over: nothing may be shown for them any more. */
  ended: number[];
  crops: ReadyCrop[];
  /** ms */
  durations: { camera: number; detect: number; align: number };
};

/**
 * A longer side than this costs time in every step and shows no more of a face that BlazeFace can find: eyes closer
 * than 1/32 of the side are missed, and the aligned crop holds 35 px between the eyes.
 */
const MAX_SIDE = 960;

/** One frame's way through detect, align, quality, track and encode. */
export class FrameProcessor {
  readonly #detector: Detector;
  readonly #encode: CropEncoder = createCropEncoder();
  readonly #tracker = new Tracker();
  readonly #policy = new TrackPolicy();
  #surface: Surface | undefined;

  constructor(options: { detector: Detector }) {
    this.#detector = options.detector;
  }

  handleLabel(label: { track: number; identified: boolean }): void {
    this.#policy.handleLabel(label);
  }

  /** The server has forgotten the tracks (a new session): every one is sent as if it were new. */
  handleNewSession(): void {
    this.#policy.reset();
  }

  /** @param image unmirrored; it is closed. @param capturedAt ms of `monotonicNow` */
  async process(image: ImageBitmap, capturedAt: number): Promise<FrameResult> {
    const pixels = this.#read(image);
    const frame = { width: pixels.width, height: pixels.height };
    const read = monotonicNow();
    const found = await this.#detector.detect(pixels);
    const detected = monotonicNow();

    const aligned = found.filter(hasExtent).map((face) => {
      // The image is read as is; alignFace makes its own buffer.
      const crop = alignFace({ image: pixels, points: face.points }) as Uint8ClampedArray<ArrayBuffer>;
      return {
        ...face,
        crop,
        quality: assessQuality({ crop, points: face.points }),
        thumbnail: thumbnailOf(crop),
      };
    });
    const { ids, ended } = this.#tracker.update(aligned, capturedAt);
    for (const track of ended) this.#policy.handleTrackEnded(track);

    const durations = { camera: read - capturedAt, detect: detected - read, align: 0 };
    const crops: ReadyCrop[] = [];
    for (const [i, { crop, quality, box, points }] of aligned.entries()) {
      const track = ids[i] as number;
      const { refusal, score, interEyePx, ...measures } = quality;
      if (refusal || !this.#policy.take({ track, score, now: capturedAt })) continue;
      const payload = await this.#encode(crop);
      const readyAt = monotonicNow();
      crops.push({
        track,
        capturedAt,
        readyAt,
        durations: { ...durations, align: readyAt - detected },
        box: fractionOf(box, frame),
        landmarks: landmarksOf(points, frame),
        interEyePx,
        quality: { score, ...measures },
        frame,
        codec: 'jpeg',
        payload,
      });
    }
    durations.align = monotonicNow() - detected;
    const faces = aligned.map(({ box, quality: { refusal, ...quality } }, i) => ({
      track: ids[i] as number,
      box: fractionOf(box, frame),
      quality,
      ...(refusal ? { refusal } : {}),
    }));
    return { capturedAt, frame, faces, ended, crops, durations };
  }

  #read(image: ImageBitmap): ImageData {
    const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
    const width = Math.round(image.width * scale);
    const height = Math.round(image.height * scale);
    let surface = this.#surface;
    if (surface?.canvas.width !== width || surface.canvas.height !== height) {
      surface = createSurface(width, height);
      this.#surface = surface;
    }
    surface.context.drawImage(image, 0, 0, width, height);
    image.close();
    return surface.context.getImageData(0, 0, width, height);
  }
}

/** Landmarks that coincide cannot be aligned. */
function hasExtent({ box, points }: DetectedFace): boolean {
  const [left, right] = points;
  return (
    box.width > 0 && box.height > 0 && Math.hypot(right[0] - left[0], right[1] - left[1]) > CROP_SIZE / 100
  );
}

function fractionOf(box: DetectedFace['box'], frame: { width: number; height: number }): FrameBox {
  return {
    x: box.x / frame.width,
    y: box.y / frame.height,
    width: box.width / frame.width,
    height: box.height / frame.height,
  };
}

function landmarksOf(points: FivePoints, frame: { width: number; height: number }): Crop['landmarks'] {
  return points.map(([x, y]: Point) => ({ x: x / frame.width, y: y / frame.height }));
}
