/** The step that a round takes, from what its workers sent: files in, files out, on the training thread. */
import {
  type Checkpoint,
  CheckpointError,
  readCheckpoint,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import { longestDelta, normOf, plus, type Values } from '../../models/training/delta.ts';
import type { RoundResult } from '../../protocol/training.ts';
import { type LeftOutReason, MOST_WORDS } from '../../protocol/training-reasons.ts';
import { outerStep } from './aggregate.ts';
import { writeLossy } from './shard-memory.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

export type RoundFiles = {
  /** The weights that the round begins with. */
  readonly base: Uint8Array;
  readonly deltas: readonly { readonly shard: number; readonly bytes: Uint8Array }[];
  /** How many steps each of them was learnt in. */
  readonly steps: number;
  /** What the last common step left; absent in the first round. */
  readonly velocity: Uint8Array | undefined;
  readonly residual: Uint8Array | undefined;
};

export type CommonStep = {
  readonly accepted: number[];
  readonly rejected: RoundResult['rejected'];
  /** Absent when nobody's delta is valid. */
  readonly made?: {
    readonly id: string;
    readonly checkpoint: Uint8Array;
    /** From the base to the checkpoint, as small as it goes out. */
    readonly step: Uint8Array;
    readonly velocity: Uint8Array;
    readonly residual: Uint8Array;
    /** What the base was made from. */
    readonly before: string | null;
  };
};

/**
 * What is malformed, learnt from other weights, too long, or points elsewhere than the others is left out and told.
 * @param options.model SHA-256 of the model's file
 * @throws CheckpointError when a file of the run itself is not as it has to be
 */
export async function commonStep(
  options: RoundFiles & { model: string; shapes: Shapes },
): Promise<CommonStep> {
  const { steps, model, shapes } = options;
  const base = await readCheckpoint(options.base, { kind: 'weights', model, shapes });
  const valid: { shard: number; delta: Values }[] = [];
  const rejected: RoundResult['rejected'] = [];
  for (const { shard, bytes } of options.deltas) {
    const read = await readDelta({ bytes, base: base.id, steps, model, shapes });
    if ('delta' in read) valid.push({ shard, delta: read.delta });
    else rejected.push({ shard, reason: read.reason, again: false });
  }
  if (valid.length === 0) return { accepted: [], rejected };

  const kept = async (bytes: Uint8Array | undefined) =>
    bytes && valuesOf(await readCheckpoint(bytes, { kind: 'delta', model, shapes }));
  const outer = outerStep({
    deltas: valid.map(({ delta }) => delta),
    velocity: await kept(options.velocity),
  });
  const accepted: number[] = [];
  for (const [place, { shard }] of valid.entries()) {
    if (!outer.strays.includes(place)) accepted.push(shard);
    else rejected.push({ shard, reason: { code: 'stray' }, again: false });
  }
  // The step goes out compressed, and what that loses goes into the next one: both sides add what was sent.
  const residual = await kept(options.residual);
  const about = { model, parent: base.id };
  const step = await writeLossy({
    ...about,
    dtype: 'q4',
    tensors: tensorsOf(
      shapes,
      (name, i) => (outer.step.get(name)?.[i] ?? 0) + (residual?.get(name)?.[i] ?? 0),
    ),
  });
  const tensors = plus(base.tensors, step.written);
  const next = await writeCheckpoint({ ...about, kind: 'weights', dtype: 'f32', tensors });
  const fileOf = async (values: Values) => {
    const tensors = tensorsOf(shapes, (name, i) => values.get(name)?.[i] ?? 0);
    return (await writeCheckpoint({ ...about, kind: 'delta', dtype: 'f32', tensors })).bytes;
  };
  return {
    accepted,
    rejected,
    made: {
      id: next.id,
      checkpoint: next.bytes,
      step: step.bytes,
      velocity: await fileOf(outer.velocity),
      residual: await fileOf(step.rest),
      before: base.parent,
    },
  };
}

async function readDelta(options: {
  bytes: Uint8Array;
  base: string;
  steps: number;
  model: string;
  shapes: Shapes;
}): Promise<{ delta: Values } | { reason: LeftOutReason }> {
  const { bytes, base, steps, model, shapes } = options;
  try {
    const read = await readCheckpoint(bytes, { kind: 'delta', model, shapes });
    if (read.parent !== base) return { reason: { code: 'other-version' } };
    const delta = valuesOf(read);
    const [length, most] = [normOf(delta), longestDelta(delta, steps)];
    if (length <= most) return { delta };
    return { reason: { code: 'too-long', length, most, steps } };
  } catch (error) {
    if (error instanceof CheckpointError) {
      return { reason: { code: 'malformed', words: error.message.slice(0, MOST_WORDS) } };
    }
    throw error;
  }
}

function valuesOf({ tensors }: Checkpoint): Values {
  return new Map([...tensors].map(([name, { data }]) => [name, data]));
}

function tensorsOf(shapes: Shapes, value: (name: string, i: number) => number) {
  return new Map(
    [...shapes].map(([name, dims]) => {
      const size = dims.reduce((product, side) => product * side, 1);
      return [name, { dims, data: Float32Array.from({ length: size }, (_, i) => value(name, i)) }];
    }),
  );
}
