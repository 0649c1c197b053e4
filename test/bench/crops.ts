import { Transformer } from '@napi-rs/image';
import { CROP_SIZE } from '../../models/align.ts';
import { goldenCrop } from '../../models/golden.ts';

/**
 * Crops as kiosks send them: JPEG at quality 90 of 112 × 112 pixels. Synthetic, each a little different: what
 * they show does not change what they cost.
 */
export async function benchCrops(count: number): Promise<Buffer[]> {
  const golden = goldenCrop();
  return await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const rgba = golden.map((value, at) => (at % 4 === 3 ? 255 : (value * 3) / 4 + ((i * 7) % 60)));
      return Transformer.fromRgbaPixels(rgba, CROP_SIZE, CROP_SIZE).jpeg(90);
    }),
  );
}
