/**
 * How the values of a checkpoint are stored:
 *
 * - `f32`: as they are.
 * - `f16`: divided by the tensor's scale, in half precision.
 * - `q4`: in groups of 64, for each a byte s and then half a byte q for each value, low half first; a value is
 *   scale · s · (q − 8). So each group has 15 steps between minus and plus its own largest value.
 */

export const DTYPES = ['f32', 'f16', 'q4'] as const;
export type Dtype = (typeof DTYPES)[number];

/** The largest value of each tensor is stored as this, well inside half precision's 65,504. */
const F16_TOP = 1024;
const GROUP = 64;
/** Steps from zero to a group's largest value. */
const LEVELS = 7;
const ZERO = 8;
/** The largest group's byte. */
const GROUP_TOP = 255;
const LEAST_SCALE = 1e-30;

/** @returns bytes that so many values take */
export function bytesOf(dtype: Dtype, length: number): number {
  if (dtype === 'q4') return Math.ceil(length / GROUP) + Math.ceil(length / 2);
  return length * (dtype === 'f32' ? 4 : 2);
}

/** @returns what a tensor's stored numbers are to be multiplied by; undefined for `f32` */
export function scaleOf(dtype: Dtype, data: Float32Array): number | undefined {
  if (dtype === 'f32') return undefined;
  const largest = largestOf(data);
  if (largest === 0) return 1;
  return Math.max(largest / (dtype === 'f16' ? F16_TOP : LEVELS * GROUP_TOP), LEAST_SCALE);
}

type Place = { readonly dtype: Dtype; readonly scale: number; readonly view: DataView; readonly at: number };

export function encodeValues({ dtype, scale, view, at, data }: Place & { data: Float32Array }): void {
  if (dtype === 'q4') {
    encodeGroups({ scale, view, at, data });
    return;
  }
  for (const [i, value] of data.entries()) {
    if (dtype === 'f32') view.setFloat32(at + 4 * i, value, true);
    else view.setFloat16(at + 2 * i, value / scale, true);
  }
}

export function decodeValues({ dtype, scale, view, at, length }: Place & { length: number }): Float32Array {
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    if (dtype === 'f32') data[i] = view.getFloat32(at + 4 * i, true);
    else if (dtype === 'f16') data[i] = view.getFloat16(at + 2 * i, true) * scale;
    else {
      const group = at + Math.floor(i / GROUP) * (1 + GROUP / 2);
      const both = view.getUint8(group + 1 + ((i % GROUP) >> 1));
      data[i] = scale * view.getUint8(group) * ((i % 2 ? both >> 4 : both & 15) - ZERO);
    }
  }
  return data;
}

function encodeGroups({ scale, view, at, data }: Omit<Place, 'dtype'> & { data: Float32Array }): void {
  let to = at;
  for (let from = 0; from < data.length; from += GROUP) {
    const group = data.subarray(from, from + GROUP);
    // Rounded up, so that no value lies beyond the last step; with room for the division's own rounding.
    const size = Math.min(GROUP_TOP, Math.ceil(largestOf(group) / (LEVELS * scale) - 1e-6));
    view.setUint8(to++, size);
    const step = scale * Math.max(size, 1);
    const quantised = (i: number) =>
      ZERO + Math.max(-LEVELS, Math.min(LEVELS, Math.round((group[i] ?? 0) / step)));
    for (let i = 0; i < group.length; i += 2) {
      view.setUint8(to++, quantised(i) | (quantised(i + 1) << 4));
    }
  }
}

function largestOf(data: Float32Array): number {
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  return largest;
}
