/** Adam (Kingma and Ba 2015) on plain arrays: the same on every backend. */
export type Adam = {
  /** Steps begun so far. */
  readonly steps: number;
  readonly update: (values: Float32Array, gradient: Float32Array, at: number) => void;
  next(learningRate: number): void;
};

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * @param options.size how many numbers are learnt in all
 * @returns call `next` with the learning rate before each step, then `update` for each parameter, which begins at `at` of all numbers
 */
export function createAdam({ size }: { size: number }): Adam {
  const [first, second] = [new Float32Array(size), new Float32Array(size)];
  let step = 0;
  let rate = 0;
  return {
    get steps() {
      return step;
    },
    next: (learningRate) => {
      step++;
      rate = learningRate;
    },
    update(values, gradient, at) {
      const [scale1, scale2] = [1 / (1 - BETA1 ** step), 1 / (1 - BETA2 ** step)];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i] as number;
        const m = BETA1 * (first[at + i] as number) + (1 - BETA1) * g;
        const v = BETA2 * (second[at + i] as number) + (1 - BETA2) * g * g;
        first[at + i] = m;
        second[at + i] = v;
        values[i] = (values[i] as number) - (rate * m * scale1) / (Math.sqrt(v * scale2) + EPSILON);
      }
    },
  };
}
