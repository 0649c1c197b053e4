import { CROP_SIZE } from './align.ts';
import type { ModelInput } from './manifest.schema.ts';

/**
 * Turns aligned crops into a model's input tensor.
 * @param crops RGBA of 112×112 each
 * @param input the model's entry in the manifest; layout NCHW
 * @param flip mirror each crop left to right
 * @returns float32 of `[crops.length, 3, 112, 112]`
 * @throws RangeError when a crop does not have 112·112·4 bytes
 */
export function cropsToInput({
  crops,
  input,
  flip = false,
}: {
  crops: readonly (Uint8ClampedArray | Uint8Array)[];
  input: ModelInput;
  flip?: boolean;
}): Float32Array<ArrayBuffer> {
  const plane = CROP_SIZE * CROP_SIZE;
  const tensor = new Float32Array(crops.length * 3 * plane);
  const [first, second, third] = [0, 1, 2].map((channel) => normalisedValues(input, channel)) as Table3;
  const [red, blue] = input.colour === 'rgb' ? [0, 2] : [2, 0];
  const step = flip ? -4 : 4;
  for (const [n, crop] of crops.entries()) {
    if (crop.length !== plane * 4) {
      throw new RangeError(`A crop holds ${crop.length} bytes; 112×112 RGBA needs ${plane * 4}.`);
    }
    let to = n * 3 * plane;
    for (let y = 0; y < CROP_SIZE; y++) {
      let from = (y * CROP_SIZE + (flip ? CROP_SIZE - 1 : 0)) * 4;
      for (let x = 0; x < CROP_SIZE; x++, from += step, to++) {
        tensor[to] = first[crop[from + red] as number] as number;
        tensor[to + plane] = second[crop[from + 1] as number] as number;
        tensor[to + 2 * plane] = third[crop[from + blue] as number] as number;
      }
    }
  }
  return tensor;
}

type Table3 = [first: Float32Array, second: Float32Array, third: Float32Array];

/** What each of the 256 pixel values becomes in a channel: a look-up is several times faster than the division. */
function normalisedValues(input: ModelInput, channel: number): Float32Array {
  const mean = input.mean[channel] as number;
  const std = input.std[channel] as number;
  return Float32Array.from({ length: 256 }, (_, value) => (value - mean) / std);
}

/**
 * The vector scaled to length 1.
 * @throws RangeError when it is zero or not finite: there is no direction to keep
 */
export function normalize(vector: ArrayLike<number>): Float32Array {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] as number) ** 2;
  const length = Math.sqrt(squares);
  if (!(length > 0) || !Number.isFinite(length)) {
    throw new RangeError('An embedding of zero or non-finite length cannot be normalised.');
  }
  const unit = new Float32Array(vector.length);
  for (let i = 0; i < unit.length; i++) unit[i] = (vector[i] as number) / length;
  return unit;
}

/**
 * The rows of a model's batch output, each L2-normalised.
 * @param output float32 of `[count, size]`
 */
export function splitEmbeddings({ output, size }: { output: Float32Array; size: number }): Float32Array[] {
  return Array.from({ length: output.length / size }, (_, i) =>
    normalize(output.subarray(i * size, (i + 1) * size)),
  );
}

/** Dot product of two vectors of length 1, which is their cosine, −1 to 1. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/**
 * The normalised mean of normalised embeddings: of a crop and its mirror image, or of several photos.
 * @param weights how much each counts, 1 unless given
 * @throws RangeError when there is none, or they cancel out
 */
export function meanEmbedding(
  embeddings: readonly Float32Array[],
  weights?: readonly number[],
): Float32Array {
  const [first] = embeddings;
  if (!first) throw new RangeError('The mean of no embedding is not defined.');
  const sum = new Float64Array(first.length);
  for (const [n, embedding] of embeddings.entries()) {
    const weight = weights?.[n] ?? 1;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (embedding[i] as number);
  }
  return normalize(sum);
}
