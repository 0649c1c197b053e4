import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CROP_MAX_BYTES, type Crop, CropFormatError, decodeCrop, encodeCrop } from '../../protocol/crop.ts';

const JPEG_START = [0xff, 0xd8, 0xff];

const golden: Crop = {
  track: 7,
  sequence: 258,
  captureTime: 1234.5,
  durations: { camera: 12.3, detect: 55.5, align: 2, uplink: 0.1 },
  box: { x: 0.25, y: 0.125, width: 0.5, height: 0.75 },
  landmarks: [
    { x: 0.375, y: 0.25 },
    { x: 0.625, y: 0.25 },
    { x: 0.5, y: 0.5 },
    { x: 0.4375, y: 0.75 },
    { x: 0.5625, y: 0.75 },
  ],
  interEyePx: 80,
  quality: { score: 0.75, sharpness: 0.5, brightness: 0.25, yaw: -0.5, pitch: 0.125 },
  frame: { width: 1280, height: 720 },
  codec: 'jpeg',
  payload: Uint8Array.from([...JPEG_START, 0xd9]),
};

// What version 1 looks like on the wire: a change of these bytes is a new protocol version.
const GOLDEN_HEX = [
  '46574331 01 00 00 01 07000000 02010000 00000000004a9340',
  '7b00 2b02 1400 0100',
  '0000803e 0000003e 0000003f 0000403f',
  '0000c03e 0000803e 0000203f 0000803e 0000003f 0000003f 0000e03e 0000403f 0000103f 0000403f',
  '0000a042 0000403f 0000003f 0000803e 000000bf 0000003e',
  '0005 d002 04000000 ffd8ffd9',
]
  .join('')
  .replaceAll(' ', '');

function changed(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = encodeCrop(golden);
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

function problemOf(bytes: Uint8Array): string {
  try {
    decodeCrop(bytes);
  } catch (error) {
    if (error instanceof CropFormatError) return error.problem;
    throw error;
  }
  return 'accepted';
}

describe('crop message', () => {
  test('has the golden bytes of version 1', () => {
    expect(Buffer.from(encodeCrop(golden)).toString('hex')).toBe(GOLDEN_HEX);
  });

  test('is read back as it was written', () => {
    const decoded = decodeCrop(Buffer.from(GOLDEN_HEX, 'hex'));
    expect({ ...decoded, payload: [...decoded.payload] }).toEqual({
      ...golden,
      durations: {
        camera: expect.closeTo(12.3),
        detect: expect.closeTo(55.5),
        align: 2,
        uplink: expect.closeTo(0.1),
      },
      payload: [...golden.payload],
    });
  });

  test.each([
    ['too-short', encodeCrop(golden).slice(0, 100)],
    ['too-long', new Uint8Array(CROP_MAX_BYTES + 1)],
    ['bad-magic', changed((view) => view.setUint8(0, 0))],
    ['bad-version', changed((view) => view.setUint8(4, 2))],
    ['bad-codec', changed((view) => view.setUint8(6, 9))],
    ['bad-model-input', changed((view) => view.setUint8(7, 3))],
    ['bad-number', changed((view) => view.setFloat64(16, Number.NaN, true))],
    ['bad-number', changed((view) => view.setFloat32(32, 3, true))],
    ['bad-number', changed((view) => view.setFloat32(92, Number.NaN, true))],
    ['bad-geometry', changed((view) => view.setFloat32(40, 0, true))],
    ['bad-geometry', changed((view) => view.setUint16(112, 0, true))],
    ['bad-payload', changed((view) => view.setUint32(116, 5, true))],
    ['bad-payload', changed((_view, bytes) => bytes.set([0, 0], 120))],
    ['bad-payload', changed((view) => view.setUint8(6, 1))],
  ])('is refused as %s', (problem, bytes) => {
    expect(problemOf(bytes)).toBe(problem);
  });

  test('garbage is refused with a CropFormatError, never another error', () => {
    const header = Buffer.from(GOLDEN_HEX, 'hex').subarray(0, 120);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, withHeader) => {
        problemOf(withHeader ? Buffer.concat([header, noise]) : noise);
      }),
    );
    fc.assert(
      fc.property(fc.nat(119), fc.nat(255), (offset, value) => {
        problemOf(changed((view) => view.setUint8(offset, value)));
      }),
    );
  });
});
