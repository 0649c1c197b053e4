import { describe, expect, test } from 'vitest';
import { normalize } from '../../../../models/embedding.ts';
import { measureHeldOut } from '../../../../models/training/held-out.ts';

const towards = (...values: number[]) => normalize(Float32Array.from(values));
const gallery = [towards(1, 0, 0), towards(0, 1, 0)];

describe('identification of held-out people', () => {
  test('a probe counts when its own template comes first, and above what strangers reach', () => {
    const probes = [
      { embedding: towards(1, 0.1, 0), person: 0 },
      { embedding: towards(0, 0.4, 1), person: 1 },
      { embedding: towards(1, 0.2, 0), person: 1 },
    ];
    const strangers = [towards(0, 0.5, 1), towards(0.3, 0, 1)];
    // Of 5 searches for strangers one may pass at 0.2: the third probe, searched for without its person.
    const { rank1, tpirAtFpir } = measureHeldOut({ gallery, probes, strangers }, 0.2);
    expect(rank1).toBeCloseTo(2 / 3);
    expect(tpirAtFpir).toBeCloseTo(1 / 3);
  });

  test('is perfect where everybody is alike only to himself', () => {
    const probes = [0, 1].map((person) => ({ embedding: gallery[person] as Float32Array, person }));
    expect(measureHeldOut({ gallery, probes, strangers: [towards(0.1, 0.1, 1)] })).toEqual({
      rank1: 1,
      tpirAtFpir: 1,
      meanTpir: 1,
    });
  });
});
