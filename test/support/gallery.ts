import { createVault } from '../../vault/vault.ts';

/** A vault under a fixed key. */
export const testVault = createVault({ key: new Uint8Array(32).fill(7) });

/** An L2-normalised vector, the same for the same seed; two seeds are nearly orthogonal. */
export function testEmbedding(seed: number, size = 192): Float32Array {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const random = () => {
    // Mulberry32 (public domain, Tommy Ettinger).
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const vector = Float32Array.from({ length: size }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
