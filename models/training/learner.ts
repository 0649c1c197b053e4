/** What a trainer needs of whoever works out gradients: TensorFlow.js in browsers, ONNX Runtime in workers. */
import type { Part, Weights } from '../network/weights.ts';

/** A crop as the camera sees it, RGBA of 112×112, and the embedding of length 1 that is wanted for it. */
export type Sample = {
  readonly crop: Uint8ClampedArray | Uint8Array;
  readonly target: Float32Array;
  /** What its loss counts beside the others', above 0; 1 when absent. */
  readonly weight?: number;
};

/** A sample of a batch, by its place among all, mirrored or not. */
export type Drawn = { readonly index: number; readonly flip: boolean };

/** A network that learns: whole, or its tail alone. */
export type Student = {
  readonly part: Part;
  /** Who works out the gradients, in words. */
  readonly engine: string;
  /** Takes other values of the part's parameters. @throws NetworkError for a wrong length or a missing parameter */
  write(weights: Weights): void;
  /** Copies of the part's parameters, in ONNX's layout. */
  read(): Promise<Map<string, Float32Array>>;
  /**
   * The student with samples to learn from. The tail's trunk does not learn: what it makes of a crop and of its mirror
   * image is kept.
   * @param options.featureBytes memory for that at most; a batch must fit
   */
  learner(options: { samples: readonly Sample[]; featureBytes?: number }): Learner;
  close(): Promise<void>;
};

export type Learner = {
  /** How many samples there are to draw from. */
  readonly samples: number;
  /** How many numbers each parameter has. */
  readonly sizes: readonly number[];
  /**
   * The weighted mean of 1 − cosine over the batch, and its gradient by parameter. The gradients may be overwritten
   * by the next call.
   */
  gradients(batch: readonly Drawn[]): Promise<{ loss: number; gradients: readonly Float32Array[] }>;
  /** Lets `change` alter the parameters, one after the other, in place. */
  update(change: (values: Float32Array, parameter: number) => void): Promise<void>;
  dispose(): void;
};

/** @returns what each of a batch counts; in all 1 */
export function sharesOf(samples: readonly Sample[], batch: readonly Drawn[]): Float32Array {
  const weights = batch.map(({ index }) => samples[index]?.weight ?? 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}

/** The targets of a batch, row by row. */
export function targetsOf(samples: readonly Sample[], batch: readonly Drawn[]): Float32Array {
  const rows = batch.map(({ index }) => (samples[index] as Sample).target);
  const size = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) data.set(row, i * size);
  return data;
}

/** Adds the second to the first. */
export function addTo(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (more[i] as number);
}

export type FeatureStore<T> = {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  clear(): void;
};

/** Keeps the youngest values in a bounded memory. @param options.release of what has to give way */
export function createFeatureStore<T>(options: {
  bytes: number;
  sizeOf: (value: T) => number;
  release?: (value: T) => void;
}): FeatureStore<T> {
  const kept = new Map<string, T>();
  let room = options.bytes;
  const drop = (key: string, value: T) => {
    room += options.sizeOf(value);
    kept.delete(key);
    options.release?.(value);
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    put(key, value) {
      for (const [old, oldest] of kept) {
        if (room >= options.sizeOf(value)) break;
        drop(old, oldest);
      }
      room -= options.sizeOf(value);
      kept.set(key, value);
    },
    clear() {
      for (const [key, value] of [...kept]) drop(key, value);
    },
  };
}
