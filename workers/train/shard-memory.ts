/** The shards that a worker has loaded, with what each of them has not sent yet. */

import type { Adam } from '../../models/training/adam.ts';
import {
  type Checkpoint,
  readCheckpoint,
  type Tensors,
  writeCheckpoint,
} from '../../models/training/checkpoint.ts';
import { cropOfCamera } from '../../models/training/crops-node.ts';
import type { Learner, Sample, Student } from '../../models/training/learner.ts';
import { seedOfView } from '../../models/training/shifts.ts';
import { createAdamOf } from '../../models/training/trainer.ts';
import type { Samples } from '../../protocol/training.ts';
import { floatsOf } from '../runtime/float-bytes.ts';

/** Those of the last round come again. */
const MOST_SHARDS = 8;
const FEATURE_BYTES = 200 * 1024 * 1024;
type Values = ReadonlyMap<string, Float32Array>;
type Shard = {
  readonly samples: readonly Sample[];
  /** The group of each sample. */
  readonly groups: readonly number[];
  readonly learners: Map<Student, { learner: Learner; adam: Adam; round: number }>;
  /** What compression lost of the last delta; before that round, and after it. */
  residual?: { readonly round: number; readonly before: Values; readonly after: Values };
};

/** @param options.pause called between crops; waits while live work is in hand */
export function createShardMemory({ pause }: { pause: () => void | Promise<void> }) {
  const shards = new Map<string, Shard>();
  const find = (name: string): Shard => {
    const shard = shards.get(name);
    if (!shard) throw new RangeError(`The shard "${name}" is not loaded.`);
    return shard;
  };
  return {
    /** Whether a shard is here still: only the last few are kept. */
    has: (name: string): boolean => shards.has(name),
    /**
     * Makes of every crop what the camera makes of it; a live one is what it made already.
     * @returns how many samples there are
     */
    async load(name: string, { shift, views, clean, samples: stored }: Samples): Promise<number> {
      const samples: Sample[] = [];
      const groups: number[] = [];
      for (const { crop, target, seed, weight, group, live } of stored) {
        const common = { target: floatsOf(Buffer.from(target, 'base64')), weight };
        const jpeg = Buffer.from(crop, 'base64');
        await pause();
        if (live || shift === null) {
          samples.push({ ...common, crop: await cropOfCamera({ jpeg, shift: undefined, seed }) });
          groups.push(group);
          continue;
        }
        for (let view = 0; view < views; view++) {
          const seen = await cropOfCamera({ jpeg, shift, seed: seedOfView(seed, view) });
          samples.push({ ...common, crop: seen });
        }
        if (clean) samples.push({ ...common, crop: await cropOfCamera({ jpeg, shift: undefined, seed }) });
        while (groups.length < samples.length) groups.push(group);
      }
      const [oldest] = shards.keys();
      if (shards.size >= MOST_SHARDS && oldest !== undefined) {
        for (const { learner } of shards.get(oldest)?.learners.values() ?? []) learner.dispose();
        shards.delete(oldest);
      }
      shards.set(name, { samples, groups, learners: new Map() });
      return samples.length;
    },
    /** How many samples a shard has of people who have arrived. */
    arrived: (name: string, group: number): number =>
      find(name).groups.filter((each) => each <= group).length,
    /**
     * The student on a shard, with what Adam knows of the round before (local to the worker, as in DiLoCo). Adam begins
     * anew where another worker had the shard then: what it knows here is of weights long gone.
     */
    learner(name: string, student: Student, round: number): { learner: Learner; adam: Adam } {
      const { samples, learners } = find(name);
      const known = learners.get(student);
      const learner = known?.learner ?? student.learner({ samples, featureBytes: FEATURE_BYTES });
      const adam = known?.round === round - 1 ? known.adam : createAdamOf(learner);
      learners.set(student, { learner, adam, round });
      return { learner, adam };
    },
    /**
     * Writes what a shard has learnt. What compression loses is added to the shard's next delta (error feedback); a
     * round that is done again adds the same as before.
     */
    async writeDelta(options: {
      name: string;
      round: number;
      learnt: Tensors;
      about: Pick<Checkpoint, 'dtype' | 'model' | 'parent'>;
    }): Promise<Uint8Array> {
      const { round, learnt, about } = options;
      const shard = find(options.name);
      const last = shard.residual;
      const before: Values = (last?.round === round ? last.before : last?.after) ?? new Map();
      const wanted = new Map(
        [...learnt].map(([name, { dims, data }]) => {
          const rest = before.get(name);
          return [name, { dims, data: rest ? data.map((value, i) => value + (rest[i] ?? 0)) : data }];
        }),
      );
      const { bytes, rest } = await writeLossy({ ...about, tensors: wanted });
      shard.residual = { round, before, after: rest };
      return bytes;
    },
  };
}

/** @returns the delta's file, and what it does not hold of the values that were to be written */
export async function writeLossy(
  delta: Pick<Checkpoint, 'dtype' | 'model' | 'parent' | 'tensors'>,
): Promise<{ bytes: Uint8Array; written: Tensors; rest: Map<string, Float32Array> }> {
  const { model, tensors } = delta;
  const { bytes } = await writeCheckpoint({ kind: 'delta', ...delta });
  const shapes = new Map([...tensors].map(([name, { dims }]) => [name, dims]));
  const { tensors: written } = await readCheckpoint(bytes, { kind: 'delta', model, shapes });
  const rest = new Map(
    [...tensors].map(([name, { data }]) => {
      const held = written.get(name)?.data;
      return [name, data.map((value, i) => value - (held?.[i] ?? 0))];
    }),
  );
  return { bytes, written, rest };
}
