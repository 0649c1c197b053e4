import { CROP_SIZE } from './align.ts';
import { cosine } from './embedding.ts';
import type { EmbedderEntry } from './manifest.schema.ts';

/** Half precision on a GPU stays above this; a wrong layout or a broken kernel falls far below. */
export const LEAST_GOLDEN_COSINE = 0.999;

/** An execution provider computes something else than the model. */
export class GoldenMismatchError extends Error {
  override readonly name = 'GoldenMismatchError';
  readonly code = 'golden-mismatch';
}

/**
 * A fixed synthetic crop, RGBA of 112×112, made by integer arithmetic so that it is the same
 * everywhere: gradients for the low frequencies, products for texture, each channel different.
 */
export function goldenCrop(): Uint8ClampedArray {
  const crop = new Uint8ClampedArray(CROP_SIZE * CROP_SIZE * 4);
  for (let y = 0, at = 0; y < CROP_SIZE; y++) {
    for (let x = 0; x < CROP_SIZE; x++, at += 4) {
      const texture = (x * y) % 61;
      crop[at] = 40 + x + texture;
      crop[at + 1] = 200 - y - texture;
      crop[at + 2] = 30 + ((x + 2 * y) % 150) + texture;
      crop[at + 3] = 255;
    }
  }
  return crop;
}

/** The embedding that `entry`'s model must give for {@link goldenCrop}, of length 1. */
export function goldenEmbedding(entry: Pick<EmbedderEntry, 'golden'>): Float32Array {
  const bytes = Uint8Array.from(atob(entry.golden), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

/**
 * Compares an engine's embedding of the golden crop with the expected one.
 * @returns the cosine between the two
 * @throws GoldenMismatchError when the engine is not to be trusted with this model
 */
export function checkGolden({ entry, embedding }: { entry: EmbedderEntry; embedding: Float32Array }): number {
  const expected = goldenEmbedding(entry);
  const similarity = embedding.length === expected.length ? cosine(expected, embedding) : Number.NaN;
  if (!(similarity >= LEAST_GOLDEN_COSINE)) {
    throw new GoldenMismatchError(
      `The inference engine gives a wrong answer for ${entry.name}: its self-test vector has cosine ` +
        `${similarity.toFixed(4)} with the expected one (at least ${LEAST_GOLDEN_COSINE} needed). Choose another provider.`,
    );
  }
  return similarity;
}
