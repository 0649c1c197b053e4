/**
 * Teaches a student by distillation: it learns to give, for a camera's crops, the embeddings that the frozen
 * embedder gives for the same people's enrolment. Runs wherever a learner does.
 */
import { seededRandom, shuffle } from '../metrics/random.ts';
import { type Adam, createAdam } from './adam.ts';
import type { Drawn, Learner } from './learner.ts';

/** Best of the few that were tried on the photographs of the README's table; not tuned further. */
export const LEARNING_RATE = 3e-4;
const BATCH = 32;
/** Of the learning rate, gone at the end. */
const DECAY = 0.8;
/** Adam knows the size of no gradient when it begins: its first steps would be the largest. */
const WARM_UP = 5;
/** Between two passes through the samples; a prime, so that no shard's follows another's. */
const SEEDS_APART = 7919;

export type Trainer = {
  /** One step of Adam. @returns the weighted mean of 1 − cosine over the batch, before the step */
  step(): Promise<number>;
};

/**
 * Every sample is drawn once before any is drawn again.
 * @param options.seed decides batches and mirrorings: the same seed gives the same steps
 * @throws RangeError without samples
 */
export function createTrainer(options: {
  learner: Learner;
  seed: number;
  /** Share of all training that lies before these steps, and after them; the learning rate falls with it. */
  progress?: { readonly from: number; readonly to: number };
  /** How many steps there are between the two. */
  steps?: number;
  /** Steps with this seed that came before: their samples are not drawn again. */
  earlier?: number;
  batchSize?: number;
  /** The learning rate that it begins with, once warmed up. */
  rate?: number;
  /** Only the first so many samples are drawn from. */
  among?: number;
  /** What Adam knows from earlier steps on these samples; it goes on with it. */
  adam?: Adam;
}): Trainer {
  const { learner, batchSize = BATCH, rate = LEARNING_RATE } = options;
  const among = Math.min(options.among ?? learner.samples, learner.samples);
  if (among === 0) throw new RangeError('There is nothing to learn from: no samples.');
  let drawn = (options.earlier ?? 0) * batchSize;
  const flips = seededRandom(options.seed + drawn);
  const adam = options.adam ?? createAdamOf(learner);
  const { from, to } = options.progress ?? { from: 0, to: 0 };
  const rateOf = (step: number) => {
    const progress = from + ((to - from) * step) / (options.steps ?? 1);
    return rate * (1 - DECAY * progress) * Math.min(1, (adam.steps + 1) / WARM_UP);
  };
  let taken = 0;
  let pass: { readonly number: number; readonly order: readonly number[] } | undefined;
  const nextIndex = (): number => {
    const number = Math.floor(drawn / among);
    if (pass?.number !== number) {
      const order = shuffle([...Array(among).keys()], seededRandom(options.seed + SEEDS_APART * number));
      pass = { number, order };
    }
    return pass.order[drawn++ % among] as number;
  };
  const nextBatch = (): Drawn[] =>
    Array.from({ length: batchSize }, () => ({ index: nextIndex(), flip: flips() < 0.5 }));

  return {
    async step() {
      const { loss, gradients } = await learner.gradients(nextBatch());
      if (!Number.isFinite(loss)) throw new RangeError('The loss is not finite: training has gone astray.');
      adam.next(rateOf(taken++));
      let at = 0;
      await learner.update((values, parameter) => {
        adam.update(values, gradients[parameter] as Float32Array, at);
        at += values.length;
      });
      return loss;
    },
  };
}

/** Adam for all parameters of a learner. */
export function createAdamOf(learner: Learner): Adam {
  return createAdam({ size: learner.sizes.reduce((sum, size) => sum + size, 0) });
}
