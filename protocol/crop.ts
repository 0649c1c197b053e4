/**
 * The crop message: what a kiosk sends on the data channel `crops`.
 *
 * A fixed little-endian header of 120 bytes, then the image:
 *
 * | offset | type   | field                                                              |
 * |-------:|--------|--------------------------------------------------------------------|
 * | 0      | 4 × u8 | magic `FWC1`                                                       |
 * | 4      | u8     | version (1)                                                        |
 * | 5      | u8     | flags, reserved (0)                                                |
 * | 6      | u8     | codec: 0 jpeg, 1 rgb8                                              |
 * | 7      | u8     | model input: 1 = 112 × 112, aligned to the ArcFace five points     |
 * | 8      | u32    | track id, unique within the session                                |
 * | 12     | u32    | sequence, strictly increasing within the session                   |
 * | 16     | f64    | capture time, ms since the session's epoch (server clock)          |
 * | 24     | 4 × u16| camera, detect, align, uplink durations, in 0.1 ms                 |
 * | 32     | 4 × f32| face box x, y, width, height, in frame units (0..1)                |
 * | 48     |10 × f32| left eye, right eye, nose, left mouth corner, right one (x, y)     |
 * | 88     | f32    | inter-eye distance in camera pixels                                |
 * | 92     | 5 × f32| quality: score, sharpness, brightness, yaw, pitch                  |
 * | 112    | u16    | frame width in pixels                                              |
 * | 114    | u16    | frame height in pixels                                             |
 * | 116    | u32    | payload length in bytes                                            |
 * | 120    |        | payload                                                            |
 */

export const CROP_HEADER_BYTES = 120;
export const CROP_SIDE = 112;
export const CROP_MAX_BYTES = 48 * 1024;
export const CROP_CHANNEL = 'crops';

const MAGIC = 0x31435746; // "FWC1" read as little-endian u32
const VERSION = 1;
const CODECS = ['jpeg', 'rgb8'] as const;
const RGB8_BYTES = CROP_SIDE * CROP_SIDE * 3;
const DURATION_UNIT_MS = 0.1;

export type CropCodec = (typeof CODECS)[number];
export type FrameBox = { x: number; y: number; width: number; height: number };
export type FramePoint = { x: number; y: number };

/** One aligned face and what its kiosk knows of it. Coordinates are fractions of the frame, times ms. */
export type Crop = {
  track: number;
  sequence: number;
  captureTime: number;
  durations: { camera: number; detect: number; align: number; uplink: number };
  box: FrameBox;
  /** left eye, right eye, nose, left mouth corner, right mouth corner, as the image shows them */
  landmarks: readonly FramePoint[];
  interEyePx: number;
  quality: { score: number; sharpness: number; brightness: number; yaw: number; pitch: number };
  frame: { width: number; height: number };
  codec: CropCodec;
  payload: Uint8Array;
};

export type CropProblem =
  | 'too-short'
  | 'too-long'
  | 'bad-magic'
  | 'bad-version'
  | 'bad-codec'
  | 'bad-model-input'
  | 'bad-number'
  | 'bad-geometry'
  | 'bad-payload';

export class CropFormatError extends Error {
  readonly code = 'crop-format';
  readonly problem: CropProblem;
  constructor(problem: CropProblem, detail: string) {
    super(`Crop message refused (${problem}): ${detail}`);
    this.problem = problem;
  }
}

/** Encodes a crop message. Durations are capped at 6.5 s, the field's range. */
export function encodeCrop(crop: Crop): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(CROP_HEADER_BYTES + crop.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(6, CODECS.indexOf(crop.codec));
  view.setUint8(7, 1);
  view.setUint32(8, crop.track, true);
  view.setUint32(12, crop.sequence, true);
  view.setFloat64(16, crop.captureTime, true);
  const { durations, box, quality } = crop;
  [durations.camera, durations.detect, durations.align, durations.uplink].forEach((ms, i) => {
    view.setUint16(24 + 2 * i, Math.max(0, Math.min(0xffff, Math.round(ms / DURATION_UNIT_MS))), true);
  });
  const floats = [
    box.x,
    box.y,
    box.width,
    box.height,
    ...crop.landmarks.flatMap((p) => [p.x, p.y]),
    crop.interEyePx,
    quality.score,
    quality.sharpness,
    quality.brightness,
    quality.yaw,
    quality.pitch,
  ];
  floats.forEach((value, i) => {
    view.setFloat32(32 + 4 * i, value, true);
  });
  view.setUint16(112, crop.frame.width, true);
  view.setUint16(114, crop.frame.height, true);
  view.setUint32(116, crop.payload.length, true);
  bytes.set(crop.payload, CROP_HEADER_BYTES);
  return bytes;
}

/**
 * Decodes and checks a crop message; the payload is a view of `bytes`, not a copy.
 * @throws {CropFormatError} naming the first field that is out of bounds
 */
export function decodeCrop(bytes: Uint8Array): Crop {
  if (bytes.length < CROP_HEADER_BYTES + 1) {
    throw new CropFormatError('too-short', `${bytes.length} bytes, at least ${CROP_HEADER_BYTES + 1} needed`);
  }
  if (bytes.length > CROP_MAX_BYTES) {
    throw new CropFormatError('too-long', `${bytes.length} bytes, at most ${CROP_MAX_BYTES} accepted`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC)
    throw new CropFormatError('bad-magic', 'it does not start with FWC1');
  if (view.getUint8(4) !== VERSION)
    throw new CropFormatError('bad-version', `version ${view.getUint8(4)}, not 1`);
  const codec = CODECS[view.getUint8(6)];
  if (!codec)
    throw new CropFormatError('bad-codec', `codec ${view.getUint8(6)}, accepted are 0 (jpeg), 1 (rgb8)`);
  if (view.getUint8(7) !== 1)
    throw new CropFormatError('bad-model-input', `model input ${view.getUint8(7)}, not 1`);
  const payloadLength = view.getUint32(116, true);
  if (payloadLength !== bytes.length - CROP_HEADER_BYTES) {
    throw new CropFormatError('bad-payload', `length field ${payloadLength} does not fit the message`);
  }
  if (codec === 'rgb8' && payloadLength !== RGB8_BYTES) {
    throw new CropFormatError('bad-payload', `rgb8 takes exactly ${RGB8_BYTES} bytes`);
  }
  const payload = bytes.subarray(CROP_HEADER_BYTES);
  if (codec === 'jpeg' && !(payload[0] === 0xff && payload[1] === 0xd8 && payload[2] === 0xff)) {
    throw new CropFormatError('bad-payload', 'the payload is not a JPEG');
  }

  const number = (offset: number, name: string, min: number, max: number): number => {
    const value = view.getFloat32(offset, true);
    if (!(value >= min && value <= max))
      throw new CropFormatError('bad-number', `${name} is out of [${min}, ${max}]`);
    return value;
  };
  const captureTime = view.getFloat64(16, true);
  if (!(captureTime >= 0 && captureTime <= Number.MAX_SAFE_INTEGER)) {
    throw new CropFormatError('bad-number', 'the capture time is not a time');
  }
  const frame = { width: view.getUint16(112, true), height: view.getUint16(114, true) };
  if (frame.width < 16 || frame.height < 16)
    throw new CropFormatError('bad-geometry', 'the frame is under 16 px');
  // A face may reach half a frame beyond the picture's edge, not more.
  const box = {
    x: number(32, 'box x', -0.5, 1.5),
    y: number(36, 'box y', -0.5, 1.5),
    width: number(40, 'box width', 0, 2),
    height: number(44, 'box height', 0, 2),
  };
  if (box.width === 0 || box.height === 0) throw new CropFormatError('bad-geometry', 'the face box is empty');
  const duration = (i: number) => view.getUint16(24 + 2 * i, true) * DURATION_UNIT_MS;
  return {
    track: view.getUint32(8, true),
    sequence: view.getUint32(12, true),
    captureTime,
    durations: { camera: duration(0), detect: duration(1), align: duration(2), uplink: duration(3) },
    box,
    landmarks: Array.from({ length: 5 }, (_, i) => ({
      x: number(48 + 8 * i, `landmark ${i} x`, -0.5, 1.5),
      y: number(52 + 8 * i, `landmark ${i} y`, -0.5, 1.5),
    })),
    interEyePx: number(88, 'inter-eye distance', 0, 65_535),
    quality: {
      score: number(92, 'quality score', 0, 1),
      sharpness: number(96, 'sharpness', 0, 1),
      brightness: number(100, 'brightness', 0, 1),
      yaw: number(104, 'yaw', -4, 4),
      pitch: number(108, 'pitch', -4, 4),
    },
    frame,
    codec,
    payload,
  };
}
