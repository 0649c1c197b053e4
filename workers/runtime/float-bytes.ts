/** Vectors travel as little-endian float32, which is the byte order of every machine that Node.js runs ONNX Runtime on. */

/** A copy of its own; a last incomplete number is left out. */
export function floatsOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return new Float32Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 2);
}

export function toBase64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
