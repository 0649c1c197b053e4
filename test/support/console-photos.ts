import sharp from 'sharp';
import type { Handler } from './scripted-server.ts';

/** Of the drawn photo, 320 × 240: two places where a face may be said to be. */
export const BOX = { x: 40, y: 40, width: 60, height: 60 };
export const OTHER_BOX = { x: 200, y: 60, width: 60, height: 60 };
export const QUALITY = { score: 0.8, interEyePx: 60, sharpness: 0.6, brightness: 0.5, yaw: 0, pitch: 0 };

/** A photo to upload where a scripted server says what is on it. */
export const photo = await sharp({
  create: { width: 320, height: 240, channels: 3, background: { r: 90, g: 110, b: 130 } },
})
  .jpeg()
  .toBuffer();

/** That photo as a file of the picker. */
export function file(name: string) {
  return { name, mimeType: 'image/jpeg', buffer: photo };
}

/** The fields of a multipart body, files by their names. */
export async function fieldsOf({ body, type }: Parameters<Handler>[0]): Promise<[string, string][]> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]);
}
