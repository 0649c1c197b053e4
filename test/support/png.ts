import { crc32 } from 'node:zlib';

/** The same PNG with another size in its header (IHDR), and a checksum that fits: a bomb of a few hundred bytes. */
export function claimPngSize(png: Uint8Array, width: number, height: number): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  return copy;
}
