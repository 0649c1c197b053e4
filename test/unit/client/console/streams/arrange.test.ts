import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeTiles } from '../../../../../client/console/streams/arrange.ts';

const usual = { aspect: 16 / 9, gap: 12, least: 120, foot: (width: number) => (width < 256 ? 34 : 78) };
const DESKTOP = { width: 1016, height: 640 };
const WALL = { width: 1660, height: 920 };
const columns = (count: number, room: typeof WALL, pinned = 0) =>
  arrangeTiles({ ...usual, count, pinned, room }).columns;

describe('tiles of streams', () => {
  it('lie in as many columns as make the pictures large', () => {
    expect([1, 2, 4, 9].map((count) => columns(count, DESKTOP))).toEqual([1, 2, 2, 3]);
    expect(columns(30, WALL)).toBeGreaterThan(5);
    expect(columns(3, { width: 300, height: 2000 })).toBe(1);
  });

  it('make room for pinned ones, which are twice as wide and high', () => {
    expect(columns(9, DESKTOP, 1)).toBeGreaterThanOrEqual(3);
    expect(columns(2, { width: 300, height: 2000 }, 1)).toBe(2);
  });

  it('scroll rather than become too small to read', () => {
    const { fits, columns, rowHeight } = arrangeTiles({
      ...usual,
      count: 64,
      pinned: 0,
      room: { width: 370, height: 600 },
    });
    expect({ fits, columns }).toEqual({ fits: false, columns: 2 });
    expect(rowHeight).toBeGreaterThan(120);
  });

  it('never leave the room when they are said to fit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.nat(63),
        fc.integer({ min: 300, max: 4000 }),
        fc.integer({ min: 200, max: 3000 }),
        (count, pins, width, height) => {
          const pinned = pins < count ? pins : 0;
          const made = arrangeTiles({ ...usual, count, pinned, room: { width, height } });
          expect(made.columns).toBeGreaterThanOrEqual(1);
          if (!made.fits) return;
          const rows = rowsOf(made.columns, count, pinned);
          expect(made.rowHeight * rows + usual.gap * (rows - 1)).toBeLessThanOrEqual(height + 0.01);
        },
      ),
    );
  });
});

/** Rows that a dense grid fills, cell by cell. */
function rowsOf(columns: number, count: number, pinned: number): number {
  const taken = new Set<string>();
  let rows = 0;
  for (let i = 0; i < count; i++) {
    const span = i < pinned ? 2 : 1;
    const cells = (y: number, x: number) =>
      Array.from({ length: span * span }, (_, k) => `${y + Math.floor(k / span)},${x + (k % span)}`);
    place: for (let y = 0; ; y++) {
      for (let x = 0; x + span <= columns; x++) {
        if (cells(y, x).some((cell) => taken.has(cell))) continue;
        for (const cell of cells(y, x)) taken.add(cell);
        rows = Math.max(rows, y + span);
        break place;
      }
    }
  }
  return rows;
}
