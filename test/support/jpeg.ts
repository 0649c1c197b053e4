/** The same JPEG with another size in its frame header: a bomb of a few kilobytes. */
export function claimJpegSize(jpeg: Uint8Array, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  for (let at = 2; at < copy.length; at += 2 + copy.readUInt16BE(at + 2)) {
    const kind = copy[at + 1] as number;
    if (kind >= 0xc0 && kind <= 0xc2) {
      copy.writeUInt16BE(height, at + 5);
      copy.writeUInt16BE(width, at + 7);
      return copy;
    }
  }
  throw new Error('this JPEG has no frame header');
}
