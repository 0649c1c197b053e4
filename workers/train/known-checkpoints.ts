/** The weights that a worker has already: a round brings it the step to the next ones, not all of them anew. */
import { readCheckpoint, type Tensors, writeCheckpoint } from '../../models/training/checkpoint.ts';
import { plus } from '../../models/training/delta.ts';

/** A round that is done again begins from the last but one. */
const MOST = 4;

type Shapes = ReadonlyMap<string, readonly number[]>;
export type KnownCheckpoints = Awaited<ReturnType<typeof createKnownCheckpoints>>;

/**
 * @param options.model SHA-256 of the model's file
 * @param options.own the model's own parameters, which every worker has
 */
export async function createKnownCheckpoints(options: { model: string; own: Tensors }) {
  const { model, own } = options;
  const shapes: Shapes = new Map([...own].map(([name, { dims }]) => [name, dims]));
  const first = await writeCheckpoint({ kind: 'weights', dtype: 'f32', model, parent: null, tensors: own });
  const known = new Map<string, Tensors>();
  const keep = (id: string, tensors: Tensors): string => {
    known.delete(id);
    known.set(id, tensors);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return id;
  };
  const find = (id: string | null): Tensors | undefined => (id === first.id ? own : known.get(id ?? ''));
  return {
    shapes,
    /** Id of the model's own weights. */
    first: first.id,
    has: (id: string): boolean => find(id) !== undefined,
    /** @throws RangeError when it is not known */
    get(id: string): Tensors {
      const tensors = find(id);
      if (!tensors) throw new RangeError(`The checkpoint ${id} is not known here.`);
      return tensors;
    },
    /** @returns its id @throws CheckpointError */
    async takeWeights(bytes: Uint8Array): Promise<string> {
      const { id, tensors } = await readCheckpoint(bytes, { kind: 'weights', model, shapes });
      return keep(id, tensors);
    },
    /** Goes on from the step's parent. @returns the id of where it leads @throws CheckpointError, RangeError */
    async takeStep(bytes: Uint8Array): Promise<string> {
      const { parent, tensors: step } = await readCheckpoint(bytes, { kind: 'delta', model, shapes });
      const tensors = plus(this.get(parent ?? ''), step);
      const { id } = await writeCheckpoint({ kind: 'weights', dtype: 'f32', model, parent, tensors });
      return keep(id, tensors);
    },
  };
}
