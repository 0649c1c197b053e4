export type PixelSize = { width: number; height: number };

const [MARKER, START_OF_SCAN] = [0xff, 0xda];

/**
 * Width and height from a JPEG's first frame header, without decoding it. (The decoder itself would first
 * make room for whatever the header claims: 243 MB for 9000 × 9000 in a file of a few hundred bytes.)
 * @returns undefined when the bytes are no JPEG, or not exactly one frame header comes before the first scan
 */
export function readJpegSize(bytes: Uint8Array): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let size: PixelSize | undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== MARKER) return undefined;
    const kind = bytes[at + 1] as number;
    if (kind === MARKER) {
      at += 1; // A fill byte (ITU-T T.81, B.1.1.2).
      continue;
    }
    if (kind === START_OF_SCAN) return size;
    if (isFrameHeader(kind)) {
      if (size) return undefined;
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15, among which DHT, JPG and DAC stand (ITU-T T.81, table B.1). */
function isFrameHeader(kind: number): boolean {
  return kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc;
}
