import { CROP_SIZE } from '../../models/align.ts';
import { createSurface } from './surface.ts';

/** Quality 0.9 costs the embedder nothing, 0.7 costs a point of accuracy at FAR 1e-4 (DESIGN §5). */
const JPEG_QUALITY = 0.92;

export type CropEncoder = (crop: Uint8ClampedArray<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

/** @returns a function from RGBA of 112×112 to the bytes of a JPEG */
export function createCropEncoder(): CropEncoder {
  const { canvas, context } = createSurface(CROP_SIZE, CROP_SIZE);
  return async (crop) => {
    context.putImageData(new ImageData(crop, CROP_SIZE, CROP_SIZE), 0, 0);
    const blob = await toJpeg(canvas);
    return new Uint8Array(await blob.arrayBuffer());
  };
}

function toJpeg(canvas: OffscreenCanvas | HTMLCanvasElement): Promise<Blob> {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The browser could not encode the crop.'))),
      'image/jpeg',
      JPEG_QUALITY,
    );
  });
}
