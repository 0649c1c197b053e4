/** Crops in Node: JPEG to pixels, and what a camera makes of them. */
import sharp from 'sharp';
import { CROP_SIZE } from '../align.ts';
import { applyShift, type JpegRound, SHIFTS, type Shift, type ShiftName } from './shifts.ts';

const RAW = { width: CROP_SIZE, height: CROP_SIZE, channels: 4 } as const;

/** @throws Error when it is not a JPEG of 112×112 */
export async function decodeCrop(jpeg: Uint8Array): Promise<Uint8ClampedArray> {
  const { data, info } = await sharp(jpeg, { limitInputPixels: CROP_SIZE * CROP_SIZE })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== CROP_SIZE || info.height !== CROP_SIZE || info.channels !== 4) {
    throw new TypeError(`The crop is ${info.width}×${info.height}, not ${CROP_SIZE}×${CROP_SIZE}.`);
  }
  return new Uint8ClampedArray(data);
}

const jpegRound: JpegRound = async (crop, quality) =>
  decodeCrop(await sharp(crop, { raw: RAW }).jpeg({ quality }).toBuffer());

/**
 * A JPEG of 112×112 as the camera of a recipe would see it; `undefined` leaves it as it is.
 * @throws RangeError for a recipe that is not known
 */
export async function cropOfCamera(options: {
  jpeg: Uint8Array;
  shift: string | undefined;
  seed: number;
}): Promise<Uint8ClampedArray> {
  const crop = await decodeCrop(options.jpeg);
  if (options.shift === undefined) return crop;
  return applyShift({ crop, shift: findShift(options.shift), seed: options.seed, jpeg: jpegRound });
}

/** @throws RangeError naming the recipes there are */
export function findShift(name: string): Shift {
  if (!Object.hasOwn(SHIFTS, name)) {
    throw new RangeError(`There is no shift "${name}"; known are: ${Object.keys(SHIFTS).join(', ')}.`);
  }
  return SHIFTS[name as ShiftName];
}
