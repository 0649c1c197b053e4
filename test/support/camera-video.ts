import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import sharp, { type OverlayOptions } from 'sharp';

/** Chromium plays an MJPEG file at this rate, whatever the file holds, and starts it anew at its end. */
const FRAMES_PER_SECOND = 30;

export type Shot = {
  /** Picture files shown side by side; an empty list is a grey frame without a face. */
  photos: readonly string[];
  seconds: number;
  /** The picture moves to and fro by so many pixels, as a person does who is not a photograph. */
  swayPx?: number;
};

/** The to and fro of a picture takes so many frames. */
export const SWAY_FRAMES = 2 * FRAMES_PER_SECOND;
/** Over the upper edge of each frame its number stands in so many blocks, black and white, lowest bit first. */
export const NUMBER_BITS = 8;
const NUMBER_HEIGHT = 32;

/**
 * Writes a video for Chromium's fake camera: an MJPEG file is JPEG frames one after the other.
 * @returns when each shot begins, in seconds from the start of the video, and the video's length
 */
export async function makeCameraVideo(options: {
  path: string;
  shots: readonly Shot[];
  width?: number;
  height?: number;
  /** Whether each frame shows its number, modulo 256. */
  numbered?: boolean;
}): Promise<{ starts: number[]; seconds: number }> {
  const { path, shots, width = 640, height = 480, numbered = false } = options;
  const file = createWriteStream(path);
  const starts: number[] = [];
  let frames = 0;
  for (const shot of shots) {
    starts.push(frames / FRAMES_PER_SECOND);
    const count = Math.max(1, Math.round(shot.seconds * FRAMES_PER_SECOND));
    const tiles = await tilesOf({ shot, width, height });
    let frame: Buffer | undefined;
    for (let i = 0; i < count; i++) {
      const shift = Math.round((shot.swayPx ?? 0) * Math.sin((2 * Math.PI * i) / SWAY_FRAMES));
      const number = numbered ? numberTiles(frames + i, width) : [];
      if (!frame || shot.swayPx || numbered) frame = await frameOf({ tiles, width, height, shift, number });
      if (!file.write(frame)) await once(file, 'drain');
    }
    frames += count;
  }
  file.end();
  await once(file, 'finish');
  return { starts, seconds: frames / FRAMES_PER_SECOND };
}

type Tile = { input: Buffer; left: number; top: number };

async function tilesOf(options: { shot: Shot; width: number; height: number }): Promise<Tile[]> {
  const { shot, width, height } = options;
  const column = Math.floor(width / Math.max(1, shot.photos.length));
  // Room for the sway, so that the picture never leaves the frame.
  const side = Math.min(column, height) - 2 * (shot.swayPx ?? 0);
  return Promise.all(
    shot.photos.map(async (photo, i) => ({
      input: await sharp(photo).resize(side, side, { fit: 'cover', kernel: 'lanczos3' }).toBuffer(),
      left: Math.round(i * column + (column - side) / 2),
      top: Math.round((height - side) / 2),
    })),
  );
}

function numberTiles(frame: number, width: number): OverlayOptions[] {
  const block = Math.floor(width / NUMBER_BITS);
  return Array.from({ length: NUMBER_BITS }, (_, bit) => ({
    input: {
      create: {
        width: block,
        height: NUMBER_HEIGHT,
        channels: 3 as const,
        background: (frame >> bit) & 1 ? '#ffffff' : '#000000',
      },
    },
    left: bit * block,
    top: 0,
  }));
}

function frameOf(options: {
  tiles: Tile[];
  width: number;
  height: number;
  shift: number;
  number: OverlayOptions[];
}): Promise<Buffer> {
  const { tiles, width, height, shift, number } = options;
  return sharp({ create: { width, height, channels: 3, background: '#6b6f76' } })
    .composite([
      ...tiles.map((tile) => ({ ...tile, left: tile.left + shift, top: tile.top + Math.round(shift / 3) })),
      ...number,
    ])
    .jpeg({ quality: 92 })
    .toBuffer();
}
