import sharp from 'sharp';
import { CROP_SIZE } from '../../models/align.ts';
import { seededRandom } from '../../models/metrics/random.ts';
import { SHIFTS } from '../../models/training/shifts.ts';

/** An aligned crop takes so much of an LFW photograph's side. */
const FACE_SHARE = 0.44;

/** A photograph as the recipe `dark-kiosk` has it: the recipe is for aligned crops, a camera shows what is around them too. */
export async function darkPhoto(options: { photo: string; side: number; seed: number }): Promise<Buffer> {
  const { side, seed } = options;
  const { side: face, gamma, gains, light, noise, jpeg } = SHIFTS['dark-kiosk'];
  const random = seededRandom(seed);
  for (let i = 0; i < 8; i++) random();
  const within = ([least, most]: readonly [number, number]) => least + random() * (most - least);
  const small = Math.round(within(face) / FACE_SHARE);
  const bright = within(light);
  const reduced = await sharp(options.photo).resize(small, small).png().toBuffer();
  const { data } = await sharp(reduced)
    .resize(side, side, { kernel: 'linear' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let i = 0; i < data.length; i++) {
    const gaussian = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    // Noise of a crop's pixels, in the pixels of this picture.
    const grain = noise * gaussian * Math.min(1, (side * FACE_SHARE) / CROP_SIZE);
    const value = 255 * ((data[i] as number) / 255) ** gamma * (gains[i % 3] as number) * bright + grain;
    data[i] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: jpeg })
    .toBuffer();
}
