import sharp from 'sharp';
import type { RgbaImage } from '../../models/align.ts';
import { LIMITS } from '../../protocol/rest.ts';

/** Smaller pictures cannot hold a face that is large enough to recognise. */
const MIN_SIDE_PX = 40;

/**
 * Larger photos are scaled down to this, smoothly: the detector itself samples 256 pixels of the longer side without
 * smoothing, and misses faces whose eyes are closer than 1/32 of it, which are 50 pixels here.
 */
const MAX_SIDE_PX = 1600;

/** Formats that are read; everything else that libvips could load (SVG, PDF, …) is shut off. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Heif', 'Tiff'] as const;
const ACCEPTED = 'JPEG, PNG, WebP, AVIF or TIFF';

/** An upload that is not a picture which can be used; `message` is for the person who uploaded it. */
export class PhotoRefusedError extends Error {
  override readonly name = 'PhotoRefusedError';
  readonly code: 'unreadable' | 'too-large' | 'too-small';

  constructor(code: PhotoRefusedError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Sets sharp's process-wide limits: trusted loaders only, one thread, nothing kept. */
export function restrictSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) });
  sharp.concurrency(1);
  sharp.cache(false);
}

/** `width` and `height` are of the upright photo, `scale` is what `image` has of that. */
export type ReadPhoto = { image: RgbaImage; width: number; height: number; scale: number };

/**
 * Reads an uploaded photo: upright by its EXIF orientation, sRGB, transparency on grey, at most 1600 pixels a side.
 * The size is checked by the header, before a pixel is decoded.
 * @throws {PhotoRefusedError} with a sentence for the person
 */
export async function readPhoto(bytes: Uint8Array): Promise<ReadPhoto> {
  const { width, height } = await readSize(bytes);
  if (width * height > LIMITS.photoPixels) {
    throw new PhotoRefusedError(
      'too-large',
      `The photo is ${width} × ${height} pixels; at most ${LIMITS.photoPixels / 1e6} megapixels are accepted. Scale it down.`,
    );
  }
  if (Math.min(width, height) < MIN_SIDE_PX) {
    throw new PhotoRefusedError(
      'too-small',
      `The photo is ${width} × ${height} pixels; each side needs at least ${MIN_SIDE_PX}. Take a larger one.`,
    );
  }
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: LIMITS.photoPixels, failOn: 'error' })
      .autoOrient()
      .resize({ width: MAX_SIDE_PX, height: MAX_SIDE_PX, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const scale = Math.max(info.width, info.height) / Math.max(width, height);
    const image = { data, width: info.width, height: info.height };
    return { image, scale, width, height };
  } catch (cause) {
    throw new PhotoRefusedError('unreadable', 'The photo is damaged or cut short. Export it again.', {
      cause,
    });
  }
}

/** Size of the upright photo. */
async function readSize(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    return (await sharp(bytes, { limitInputPixels: false }).metadata()).autoOrient;
  } catch (cause) {
    throw new PhotoRefusedError(
      'unreadable',
      `The file is not a picture that can be read. Accepted are ${ACCEPTED}; convert HEIC photos to JPEG first.`,
      { cause },
    );
  }
}
