import { type FivePoints, fivePointsFromMesh, type RgbaImage } from '../align.ts';
import { HUMAN_CONFIG } from '../human-config.ts';
import type { Network } from '../onnx/session.ts';
import { cropSquare, DETECTOR_SIZE, decodeCandidates, suppressOverlaps } from './blazeface.ts';
import { padToSquare } from './frame.ts';
import { cropAndResize, type Rectangle, resizeBilinear, rotate } from './resample.ts';

/** Side of the mesh network's input. */
const MESH_SIZE = 192;
const MESH_POINTS = 468;
/** Heads tilted by less (radians) are shown to the mesh network as they are. */
const LEAST_TILT = 0.2;

/** A face in an image, all positions in its pixels. */
export type DetectedFace = {
  /** The square around the face that was looked at, clamped to the image. */
  readonly box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly points: FivePoints;
  /** 468 points `[x, y]`, truncated to whole pixels as Human does. */
  readonly mesh: readonly (readonly [x: number, y: number])[];
  /** The mesh network's own probability that this is a face, in hundredths. */
  readonly score: number;
};

/** The parts of Human's detector configuration that matter here. */
export type DetectorOptions = {
  readonly maxDetected: number;
  readonly minConfidence: number;
  readonly iouThreshold: number;
  readonly scale: number;
  readonly rotation: boolean;
};

export type FaceDetector = {
  /** Faces in the order of the detector's confidence, at most `maxDetected`. */
  detect(image: RgbaImage): Promise<DetectedFace[]>;
};

/**
 * Finds faces as Human does in the browser, on the same networks run elsewhere.
 * @param detector the `blazeface` model
 * @param mesh the `facemesh` model
 */
export function createFaceDetector({
  detector,
  mesh,
  options = HUMAN_CONFIG.face.detector,
}: {
  detector: Network;
  mesh: Network;
  options?: DetectorOptions;
}): FaceDetector {
  const { maxDetected, minConfidence, iouThreshold, scale, rotation } = options;

  const findViews = async (frame: RgbaImage): Promise<View[]> => {
    const input = resizeBilinear({
      image: frame,
      size: DETECTOR_SIZE,
      normalisation: { scale: 1 / 127.5, offset: -1 },
    });
    const output = await detector.run({ data: input, dims: [1, 3, DETECTOR_SIZE, DETECTOR_SIZE] });
    const candidates = decodeCandidates({
      boxes: join(take(output, 'boxes-fine'), take(output, 'boxes-coarse')),
      logits: join(take(output, 'scores-fine'), take(output, 'scores-coarse')),
      minScore: minConfidence,
    });
    const found = suppressOverlaps({ candidates, maxOverlap: iouThreshold, maxCount: maxDetected });
    return found.map((candidate) => ({
      square: cropSquare({ candidate, side: frame.width, enlarge: scale }),
      angle: rotation && Math.abs(candidate.tilt) > LEAST_TILT ? candidate.tilt : 0,
    }));
  };

  const meshIn = async (
    frame: RgbaImage,
    image: RgbaImage,
    view: View,
  ): Promise<DetectedFace | undefined> => {
    const { square, angle } = view;
    const upright =
      angle === 0 ? frame : rotate({ image: frame, angle, centre: centreOf(square), region: square });
    const input = cropAndResize({
      image: upright,
      box: square,
      size: MESH_SIZE,
      normalisation: { scale: 1 / 255, offset: 0 },
    });
    const output = await mesh.run({ data: input, dims: [1, 3, MESH_SIZE, MESH_SIZE] });
    const score = Math.round(100 * (take(output, 'score')[0] ?? 0)) / 100;
    if (!(score > minConfidence)) return undefined;
    const points = projectMesh(take(output, 'mesh'), view);
    return { box: faceBox(points, square, image), points: fivePointsFromMesh(points), mesh: points, score };
  };

  return {
    async detect(image) {
      const faces: DetectedFace[] = [];
      const frame = padToSquare(image);
      for (const view of await findViews(frame)) {
        const face = await meshIn(frame, image, view);
        if (face) faces.push(face);
      }
      return faces;
    },
  };
}

/** What the mesh network gets to see: a square of the image, turned by `angle` about its centre. */
type View = { readonly square: Rectangle; readonly angle: number };

function centreOf({ left, top, right, bottom }: Rectangle): [x: number, y: number] {
  return [left + (right - left) / 2, top + (bottom - top) / 2];
}

/** From the mesh network's input pixels back to the image. */
function projectMesh(raw: Float32Array, { square, angle }: View): [number, number][] {
  const [scaleX, scaleY] = [
    (square.right - square.left) / MESH_SIZE,
    (square.bottom - square.top) / MESH_SIZE,
  ];
  const [centreX, centreY] = centreOf(square);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return Array.from({ length: MESH_POINTS }, (_, i) => {
    const x = scaleX * ((raw[i * 3] as number) - MESH_SIZE / 2);
    const y = scaleY * ((raw[i * 3 + 1] as number) - MESH_SIZE / 2);
    return [Math.trunc(x * cos - y * sin + centreX), Math.trunc(x * sin + y * cos + centreY)];
  });
}

/** A box of the square's size about the middle of the mesh, clamped to the image. */
function faceBox(
  mesh: readonly (readonly [number, number])[],
  square: Rectangle,
  image: RgbaImage,
): DetectedFace['box'] {
  const along = (axis: 0 | 1, size: number, limit: number) => {
    const values = mesh.map((point) => point[axis]);
    const low = Math.min(...values);
    const middle = low + (Math.max(...values) - low) / 2;
    const start = Math.max(0, middle - size / 2);
    const end = Math.min(limit, middle + size / 2);
    return { start: Math.trunc(start), length: Math.trunc(end - start) };
  };
  const x = along(0, square.right - square.left, image.width);
  const y = along(1, square.bottom - square.top, image.height);
  return { x: x.start, y: y.start, width: x.length, height: y.length };
}

function take(outputs: Readonly<Record<string, Float32Array>>, name: string): Float32Array {
  const found = outputs[name];
  if (!found) throw new TypeError(`The network has no output "${name}": it is another model.`);
  return found;
}

function join(first: Float32Array, second: Float32Array): Float32Array {
  const joined = new Float32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
