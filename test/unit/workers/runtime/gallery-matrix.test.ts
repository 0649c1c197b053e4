import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GalleryMatrix } from '../../../../workers/runtime/gallery-matrix.ts';

const COLUMNS = 3;
const template = (value: number) => new Float32Array(COLUMNS).fill(value);

function contents(gallery: GalleryMatrix): Map<string, number[]> {
  const rows = Array.from({ length: gallery.size }, (_, row) => [
    gallery.idAt(row),
    [...gallery.rows.subarray(row * COLUMNS, (row + 1) * COLUMNS)],
  ]);
  return new Map(rows as [string, number[]][]);
}

describe('GalleryMatrix', () => {
  test('holds what a map would hold, after any sequence of changes', () => {
    const change = fc.record({
      op: fc.constantFrom('upsert', 'upsert', 'upsert', 'remove'),
      id: fc.integer({ min: 0, max: 150 }).map(String),
      value: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const gallery = new GalleryMatrix({ columns: COLUMNS });
        const expected = new Map<string, number[]>();
        for (const { op, id, value } of changes) {
          if (op === 'remove') {
            gallery.remove(id);
            expected.delete(id);
          } else {
            gallery.upsert(id, template(value));
            expected.set(id, [value, value, value]);
          }
        }
        expect(contents(gallery)).toEqual(expected);
        expect(gallery.size).toBe(expected.size);
      }),
    );
  });

  test('keeps every row when it grows', () => {
    const gallery = new GalleryMatrix({ columns: COLUMNS });
    for (let i = 0; i < 1000; i++) gallery.upsert(`person ${i}`, template(i));
    expect(gallery.rows.length).toBe(1000 * COLUMNS);
    expect(contents(gallery).get('person 0')).toEqual([0, 0, 0]);
    expect(contents(gallery).get('person 999')).toEqual([999, 999, 999]);
  });

  test('leaves nothing of a removed template in memory', () => {
    const gallery = new GalleryMatrix({ columns: COLUMNS });
    gallery.upsert('a', template(1));
    gallery.upsert('b', template(2));
    const memory = new Float32Array(gallery.rows.buffer);
    gallery.remove('a');
    expect(memory.includes(1)).toBe(false);
    gallery.remove('b');
    expect(memory.every((value) => value === 0)).toBe(true);
  });

  test('is empty once cleared, and can be filled again', () => {
    const gallery = new GalleryMatrix({ columns: COLUMNS });
    gallery.upsert('a', template(1));
    gallery.clear();
    expect(gallery.size).toBe(0);
    gallery.upsert('a', template(2));
    expect(contents(gallery)).toEqual(new Map([['a', [2, 2, 2]]]));
  });

  test('refuses a template of another length, and a row that is not there', () => {
    const gallery = new GalleryMatrix({ columns: COLUMNS });
    expect(() => gallery.upsert('a', new Float32Array(4))).toThrow(/has 4 numbers; the model gives 3/);
    expect(gallery.size).toBe(0);
    expect(() => gallery.idAt(0)).toThrow(RangeError);
  });
});
