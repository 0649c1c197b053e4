import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CheckpointError,
  type Expected,
  parentOf,
  readCheckpoint,
  writeCheckpoint,
} from '../../../../models/training/checkpoint.ts';

const MODEL = 'a'.repeat(64);
const shapes = new Map([
  ['w', [2, 3]],
  ['b', [2]],
]);
const expected: Expected = { kind: 'weights', model: MODEL, shapes };
const tensors = (fill = (i: number) => i / 7 - 0.4) =>
  new Map(
    [...shapes].map(([name, dims]) => [
      name,
      { dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => fill(i)) },
    ]),
  );
const make = (dtype: 'f32' | 'f16' | 'q4' = 'f32', fill?: (i: number) => number) =>
  writeCheckpoint({ kind: 'weights', dtype, model: MODEL, parent: null, tensors: tensors(fill) });

describe('checkpoints', () => {
  test('come back as they were: f32 exactly, f16 to three digits, q4 to a fourteenth, however small', async () => {
    for (const size of [1, 1e-9, 1e6]) {
      const original = tensors((i) => size * (i / 7 - 0.4));
      for (const [dtype, error] of [
        ['f32', 0],
        ['f16', 1e-3],
        ['q4', 0.5 / 14 + 1e-6],
      ] as const) {
        const { bytes, id } = await writeCheckpoint({
          kind: 'weights',
          dtype,
          model: MODEL,
          parent: MODEL,
          tensors: original,
        });
        const read = await readCheckpoint(bytes, expected);
        expect(read).toMatchObject({ id, dtype, parent: MODEL, kind: 'weights' });
        for (const [name, { data }] of original) {
          const back = read.tensors.get(name)?.data as Float32Array;
          for (const [i, value] of data.entries())
            expect(Math.abs((back[i] as number) - value)).toBeLessThanOrEqual(error * size);
        }
      }
    }
  });

  test('in q4 keep small values beside large ones, and take half a byte for each', async () => {
    const data = Float32Array.from({ length: 1000 }, (_, i) => (i < 500 ? 1 : 1e-3) * Math.sin(i));
    const { bytes } = await writeCheckpoint({
      kind: 'delta',
      dtype: 'q4',
      model: MODEL,
      parent: MODEL,
      tensors: new Map([['w', { dims: [1000], data }]]),
    });
    expect(bytes.length).toBeLessThan(1000 * 0.55 + 400);
    const read = await readCheckpoint(bytes, {
      kind: 'delta',
      model: MODEL,
      shapes: new Map([['w', [1000]]]),
    });
    const back = read.tensors.get('w')?.data as Float32Array;
    // A group's step is at least one 255th of the largest group's.
    for (const [i, value] of data.entries()) {
      expect(Math.abs((back[i] as number) - value)).toBeLessThan((i < 512 ? 0.5 : 0.5 / 255) / 6.9);
    }
    expect(parentOf(bytes)).toBe(MODEL);
  });

  test('have the id of their content', async () => {
    expect((await make()).id).toBe((await make()).id);
    expect((await make('f32', () => 1)).id).not.toBe((await make()).id);
  });

  test('are refused whatever byte is changed, and wherever they are cut off', async () => {
    const { bytes } = await make('q4');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ by;
        await expect(readCheckpoint(changed, expected)).rejects.toThrow(CheckpointError);
        await expect(readCheckpoint(bytes.slice(0, at), expected)).rejects.toThrow(CheckpointError);
      }),
      { numRuns: 200 },
    );
  });

  test('are refused as arbitrary bytes, also behind a right beginning', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        await expect(readCheckpoint(noise, expected)).rejects.toThrow(CheckpointError);
        const begun = Uint8Array.from([0x46, 0x57, 0x43, 0x4b, 2, 0, 0, 0, ...noise]);
        await expect(readCheckpoint(begun, expected)).rejects.toThrow(CheckpointError);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [
      'another shape',
      {
        shapes: new Map([
          ['w', [3, 2]],
          ['b', [2]],
        ]),
      },
      'with shape 2×3 is not expected',
    ],
    [
      'another tensor',
      {
        shapes: new Map([
          ['v', [2, 3]],
          ['b', [2]],
        ]),
      },
      '"w" with shape',
    ],
    ['one tensor too many', { shapes: new Map([['w', [2, 3]]]) }, 'holds 2 tensors'],
    ['another model', { model: 'b'.repeat(64) }, 'belongs to the model'],
    ['a delta', { kind: 'delta' as const }, 'delta was expected'],
  ])('are refused where %s is expected', async (_, other, message) => {
    await expect(readCheckpoint((await make()).bytes, { ...expected, ...other })).rejects.toThrow(message);
  });

  test('never hold what is not finite', async () => {
    await expect(make('f32', () => Number.NaN)).rejects.toThrow('not finite');
    // A sender that does not check: the digest fits, the values do not.
    const { bytes } = await make();
    new DataView(bytes.buffer).setFloat32(bytes.length - 32 - 4, Number.POSITIVE_INFINITY, true);
    bytes.set(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice(0, -32))), bytes.length - 32);
    await expect(readCheckpoint(bytes, expected)).rejects.toThrow('not finite');
  });
});
