import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NamedPlace as Place, placeCrops } from '../../../../../client/console/streams/place-crops.ts';

const WIDE = 16 / 9;
const box = (x: number, y: number, width: number) => ({ x, y, width, height: width * WIDE });
const only = (places: Place[]): Place => {
  expect(places).toHaveLength(1);
  return places[0] as Place;
};

describe('placeCrops', () => {
  it('puts a large face where it was', () => {
    const place = only(placeCrops([box(0.4, 0.2, 0.28)], WIDE));
    expect(place.x).toBeCloseTo(0.54);
    expect(place.width).toBeCloseTo(0.35);
    expect(place.height / place.width).toBeCloseTo(WIDE);
  });

  it('enlarges a face that would be too small to read', () => {
    expect(only(placeCrops([box(0.5, 0.5, 0.02)], WIDE)).width).toBeGreaterThan(0.25);
  });

  it('draws two neighbours side by side, in their order', () => {
    const [left, right] = placeCrops([box(0.45, 0.4, 0.05), box(0.52, 0.4, 0.05)], WIDE) as [Place, Place];
    expect(right.x - left.x).toBeGreaterThanOrEqual((left.width + right.width) / 2 - 0.001);
  });

  it('gives each name room up to halfway to its neighbour, a single one the whole width', () => {
    expect(only(placeCrops([box(0.4, 0.2, 0.2)], WIDE))).toMatchObject({ nameFrom: 0, nameTo: 1 });
    const [left, right] = placeCrops([box(0.1, 0.4, 0.1), box(0.7, 0.4, 0.1)], WIDE) as [Place, Place];
    expect(left.nameFrom).toBe(0);
    expect(left.nameTo).toBeCloseTo((left.x + right.x) / 2);
    expect(right.nameFrom).toBe(left.nameTo);
    expect(right.nameTo).toBe(1);
  });

  it('keeps every crop inside the frame, whatever the boxes say', () => {
    const edge = fc.double({ min: -1, max: 2, noNaN: true });
    const size = fc.double({ min: 0.001, max: 1.5, noNaN: true });
    const boxes = fc.array(fc.record({ x: edge, y: edge, width: size, height: size }), { maxLength: 12 });
    fc.assert(
      fc.property(boxes, fc.double({ min: 0.4, max: 3, noNaN: true }), (given, aspect) => {
        for (const { x, y, width, height } of placeCrops(given, aspect)) {
          expect(x - width / 2).toBeGreaterThanOrEqual(-1e-9);
          expect(x + width / 2).toBeLessThanOrEqual(1 + 1e-9);
          expect(y - height / 2).toBeGreaterThanOrEqual(-1e-9);
          expect(y + height / 2).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });
});
