import { normalize } from '../../models/embedding.ts';

/** An accepted photo that scores next to nothing still counts for something. */
export const LEAST_WEIGHT = 0.05;

export type WeightedEmbedding = { embedding: Float32Array; quality: number };

/**
 * The one vector that stands for a person: the L2-normalised mean of the photos' embeddings, weighted by quality.
 * @param photos L2-normalised embeddings of one model, qualities 0..1; at least one
 * @throws {RangeError} without photos, or when the embeddings cancel out
 */
export function meanTemplate(photos: readonly WeightedEmbedding[]): Float32Array {
  const [first] = photos;
  if (!first) throw new RangeError('A template needs at least one photo.');
  const sum = new Float32Array(first.embedding.length);
  for (const { embedding, quality } of photos) {
    const weight = Math.max(LEAST_WEIGHT, quality);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (embedding[i] as number);
  }
  return normalize(sum);
}

/** Cosine of two L2-normalised vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return Math.max(-1, Math.min(1, sum));
}

/** Little-endian float32, as on the wire and in the database. */
export function embeddingToBytes(embedding: Float32Array): Buffer {
  return Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}

/** @throws {RangeError} when the bytes are no whole number of float32 */
export function embeddingFromBytes(bytes: Uint8Array): Float32Array {
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw new RangeError(`An embedding is a row of float32; ${bytes.length} bytes are not.`);
  }
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
