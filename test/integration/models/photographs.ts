import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { RgbaImage } from '../../../models/align.ts';

/** Folder of photographs that tests may use; they are not part of the project. */
export const FACES_DIR = path.resolve(
  process.env.FACES_DIR ?? path.join(import.meta.dirname, '../../../../shared/faces'),
);
const LFW = path.join(FACES_DIR, 'lfw');

/** Printed by the tests that need photographs, where there are none. */
export const NO_PHOTOGRAPHS = existsSync(LFW) ? undefined : `no photographs in ${LFW}: set FACES_DIR`;

/** The first photo of every `step`-th person, by name. */
export function somePhotographs(step: number): string[] {
  const people = readdirSync(LFW, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return people
    .map((entry) => entry.name)
    .sort()
    .filter((_, i) => i % step === 0)
    .map((name) => path.join(LFW, name, `${name}_0001.jpg`))
    .filter(existsSync);
}

/** Photographs of several people. */
export function groupPhotographs(): string[] {
  const folder = path.join(FACES_DIR, 'groups');
  return existsSync(folder) ? readdirSync(folder).map((file) => path.join(folder, file)) : [];
}

/** The pixels of a photo, turned upright and at most 800 pixels wide and high; `tilt` turns it further, in degrees. */
export async function decode(file: string, tilt = 0): Promise<RgbaImage> {
  const upright = await sharp(readFileSync(file))
    .rotate()
    .resize({ width: 800, height: 800, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
  const { data, info } = await sharp(upright)
    .rotate(tilt)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
