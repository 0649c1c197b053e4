import { Transformer } from '@napi-rs/image';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCropImage, UndecodableCropError } from '../../../../workers/recognize/decode.ts';
import { readJpegSize } from '../../../../workers/recognize/jpeg-size.ts';
import { claimJpegSize } from '../../../support/jpeg.ts';

const SIDE = 112;
const gradient = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 4) % 256));
const jpeg = Transformer.fromRgbaPixels(gradient, SIDE, SIDE).jpegSync(95);

describe('readJpegSize', () => {
  test('reads the frame header', () => {
    expect(readJpegSize(jpeg)).toEqual({ width: SIDE, height: SIDE });
    expect(readJpegSize(claimJpegSize(jpeg, 640, 480))).toEqual({ width: 640, height: 480 });
  });

  test('gives nothing for a second frame header, which the decoder might believe instead', () => {
    const at = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    const frame = jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2));
    const doubled = Buffer.concat([jpeg.subarray(0, at), frame, jpeg.subarray(at)]);
    expect(readJpegSize(doubled)).toBeUndefined();
  });

  test('never throws, and never claims a size without the marker of a JPEG', () => {
    const anything = fc.uint8Array({ maxLength: 300 });
    const likely = anything.map((bytes) => Uint8Array.from([0xff, 0xd8, 0xff, ...bytes]));
    const honest = (bytes: Uint8Array) =>
      readJpegSize(bytes) === undefined || (bytes[0] === 0xff && bytes[1] === 0xd8);
    expect(() => fc.assert(fc.property(fc.oneof(anything, likely), honest))).not.toThrow();
  });
});

describe('decodeCropImage', () => {
  test('gives RGBA close to what was encoded', () => {
    const decoded = decodeCropImage({ codec: 'jpeg', bytes: jpeg });
    expect(decoded.length).toBe(SIDE * SIDE * 4);
    const error = decoded.reduce((sum, value, i) => sum + Math.abs(value - (gradient[i] as number)), 0);
    expect(error / decoded.length).toBeLessThan(4);
  });

  test('takes raw RGB as it is', () => {
    const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => i % 251);
    const decoded = decodeCropImage({ codec: 'rgb8', bytes: rgb });
    expect([...decoded.subarray(0, 8)]).toEqual([0, 1, 2, 255, 3, 4, 5, 255]);
  });

  test.each([
    ['bytes that are no image', Buffer.from('hello')],
    ['another size', Transformer.fromRgbaPixels(new Uint8Array(64 * 64 * 4), 64, 64).jpegSync()],
    ['a bomb', claimJpegSize(jpeg, 9000, 9000)],
    ['a PNG', Transformer.fromRgbaPixels(gradient, SIDE, SIDE).pngSync()],
    ['more bytes than a crop may have', Buffer.concat([jpeg, Buffer.alloc(60_000)])],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeCropImage({ codec: 'jpeg', bytes })).toThrow(UndecodableCropError);
  });

  test('survives any damage to a JPEG: it decodes or is refused', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: jpeg.length - 1 }), fc.nat({ max: 255 })), {
      maxLength: 8,
    });
    const decodesOrIsRefused = (changes: [number, number][]) => {
      const bytes = Buffer.from(jpeg);
      for (const [at, value] of changes) bytes[at] = value;
      try {
        return decodeCropImage({ codec: 'jpeg', bytes }).length === SIDE * SIDE * 4;
      } catch (error) {
        return error instanceof UndecodableCropError;
      }
    };
    expect(() => fc.assert(fc.property(damage, decodesOrIsRefused))).not.toThrow();
  });
});
