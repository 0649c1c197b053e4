/** What compression loses is not lost, and weights are rebuilt from steps to the last bit. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { goldenCrop } from '../../../../models/golden.ts';
import { seededRandom } from '../../../../models/metrics/random.ts';
import { readOnnx } from '../../../../models/onnx/read.ts';
import { findModel, loadManifest, readModel } from '../../../../models/registry.ts';
import { readCheckpoint, type Tensors, writeCheckpoint } from '../../../../models/training/checkpoint.ts';
import { plus } from '../../../../models/training/delta.ts';
import { openStudent } from '../../../../models/training/student-node.ts';
import { createKnownCheckpoints } from '../../../../workers/train/known-checkpoints.ts';
import { createShardMemory, writeLossy } from '../../../../workers/train/shard-memory.ts';

const MODEL = 'a'.repeat(64);
const DIMS = [300];
const shapes = new Map([['w', DIMS]]);
const random = seededRandom(6);
const tensors = (): Tensors =>
  new Map([['w', { dims: DIMS, data: Float32Array.from({ length: 300 }, () => random() - 0.5) }]]);
const w = (of: Tensors) => of.get('w')?.data as Float32Array;

describe('what a shard has learnt', () => {
  const about = { dtype: 'q4', model: MODEL, parent: MODEL } as const;
  const load = async () => {
    const shards = createShardMemory({ pause: () => {} });
    const raw = { width: 112, height: 112, channels: 4 } as const;
    const jpeg = await sharp(goldenCrop(), { raw }).jpeg().toBuffer();
    const target = Buffer.from(new Float32Array(192).fill(1).buffer).toString('base64');
    const sample = { crop: jpeg.toString('base64'), target, seed: 1, weight: 1 };
    const count = await shards.load('s', {
      shift: 'dark-kiosk',
      views: 2,
      clean: true,
      samples: [
        { ...sample, group: 0 },
        { ...sample, group: 2 },
      ],
    });
    return { shards, count };
  };
  const read = async (bytes: Uint8Array) =>
    w((await readCheckpoint(bytes, { kind: 'delta', model: MODEL, shapes })).tensors);

  test('is sent in four bits, and all of it in the end', async () => {
    const { shards } = await load();
    const [learnt, sent] = [new Float64Array(300), new Float64Array(300)];
    let largest = 0;
    for (let round = 1; round <= 8; round++) {
      const delta = tensors();
      largest = Math.max(largest, ...w(delta).map(Math.abs));
      const values = await read(await shards.writeDelta({ name: 's', round, learnt: delta, about }));
      for (const i of learnt.keys()) {
        learnt[i] = (learnt[i] as number) + (w(delta)[i] as number);
        sent[i] = (sent[i] as number) + (values[i] as number);
      }
    }
    // After eight rounds no number is further off than after one: half a fourteenth of the largest.
    for (const [i, value] of learnt.entries()) {
      expect(Math.abs(value - (sent[i] as number))).toBeLessThan((1.2 * largest) / 14);
    }
  });

  test('is the same again when a round is done again', async () => {
    const { shards } = await load();
    await shards.writeDelta({ name: 's', round: 1, learnt: tensors(), about });
    const second = { name: 's', round: 2, learnt: tensors(), about };
    const once = await shards.writeDelta(second);
    expect(await shards.writeDelta(second)).toEqual(once);
    expect(await shards.writeDelta({ ...second, round: 3 })).not.toEqual(once);
  });

  test('comes from every view of the people who have arrived', async () => {
    const { shards, count } = await load();
    expect(count).toBe(6);
    expect([0, 1, 2].map((group) => shards.arrived('s', group))).toEqual([3, 3, 6]);
    expect(() => shards.arrived('other', 0)).toThrow('not loaded');
  });

  test('goes on in the round after, and begins anew when others had the shard meanwhile', async () => {
    const { shards } = await load();
    const entry = findModel({ manifest: loadManifest(), task: 'embed' });
    const student = await openStudent({ model: readOnnx(await readModel({ entry })), part: 'tail', entry });
    const { adam } = shards.learner('s', student, 1);
    adam.next(0.1);
    expect(shards.learner('s', student, 2).adam).toBe(adam);
    expect(shards.learner('s', student, 4).adam.steps).toBe(0);
    await student.close();
  });
});

test('a worker rebuilds the weights from steps: the same numbers, the same id', async () => {
  const own = tensors();
  const known = await createKnownCheckpoints({ model: MODEL, own });
  let [parent, weights] = [known.first, own];
  for (let round = 0; round < 6; round++) {
    const { bytes, written } = await writeLossy({ dtype: 'q4', model: MODEL, parent, tensors: tensors() });
    weights = plus(weights, written);
    const { id } = await writeCheckpoint({
      kind: 'weights',
      dtype: 'f32',
      model: MODEL,
      parent,
      tensors: weights,
    });
    expect(await known.takeStep(bytes)).toBe(id);
    expect(w(known.get(id))).toEqual(w(weights));
    parent = id;
  }
  expect(known.has(known.first)).toBe(true);
  const { bytes } = await writeLossy({ dtype: 'q4', model: MODEL, parent: 'f'.repeat(64), tensors: own });
  await expect(known.takeStep(bytes)).rejects.toThrow('is not known here');
});
