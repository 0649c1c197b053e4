import { Transformer } from '@napi-rs/image';
import { CROP_MAX_BYTES, CROP_SIDE, type CropCodec } from '../../protocol/crop.ts';
import { readJpegSize } from './jpeg-size.ts';

const PIXELS = CROP_SIDE * CROP_SIDE;

/** The bytes are not the 112 × 112 image that they were declared to be. */
export class UndecodableCropError extends Error {
  override readonly name = 'UndecodableCropError';
  readonly code = 'undecodable';
}

/**
 * Decodes a crop of a client that is not trusted.
 * @param options.codec as declared; bytes of another format are refused, even if they could be read
 * @returns RGBA of 112 × 112
 * @throws {UndecodableCropError}
 */
export function decodeCropImage(options: { codec: CropCodec; bytes: Uint8Array }): Uint8Array {
  const { codec, bytes } = options;
  if (bytes.length > CROP_MAX_BYTES) throw new UndecodableCropError(`The crop has ${bytes.length} bytes.`);
  return rgbToRgba(codec === 'rgb8' ? bytes : decodeJpeg(bytes));
}

function decodeJpeg(bytes: Uint8Array): Uint8Array {
  const size = readJpegSize(bytes);
  if (size?.width !== CROP_SIDE || size.height !== CROP_SIDE) {
    throw new UndecodableCropError(
      size
        ? `The crop is ${size.width} × ${size.height}, not ${CROP_SIDE} × ${CROP_SIDE}.`
        : 'It is no JPEG.',
    );
  }
  try {
    return new Transformer(bytes).rawPixelsSync();
  } catch (cause) {
    throw new UndecodableCropError('The JPEG is damaged.', { cause });
  }
}

function rgbToRgba(rgb: Uint8Array): Uint8Array {
  if (rgb.length !== PIXELS * 3) throw new UndecodableCropError('The crop is not in colour.');
  const rgba = new Uint8Array(PIXELS * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from] as number;
    rgba[to + 1] = rgb[from + 1] as number;
    rgba[to + 2] = rgb[from + 2] as number;
  }
  return rgba;
}
