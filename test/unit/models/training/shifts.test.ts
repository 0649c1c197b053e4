import { describe, expect, test } from 'vitest';
import { goldenCrop } from '../../../../models/golden.ts';
import { applyShift, SHIFTS, type ShiftName } from '../../../../models/training/shifts.ts';

const jpeg = async (crop: Uint8ClampedArray) => crop;
const shifted = (name: ShiftName, seed: number) =>
  applyShift({ crop: goldenCrop(), shift: SHIFTS[name], seed, jpeg });
const mean = (crop: Uint8ClampedArray, channel: number) => {
  let sum = 0;
  for (let i = channel; i < crop.length; i += 4) sum += crop[i] as number;
  return sum / (crop.length / 4);
};

describe('shifts', () => {
  test.each(Object.keys(SHIFTS) as ShiftName[])(
    '%s gives the same crop for the same seed only',
    async (name) => {
      const before = goldenCrop();
      const crop = await shifted(name, 1);
      expect(crop).toEqual(await shifted(name, 1));
      expect(crop).not.toEqual(await shifted(name, 2));
      expect(goldenCrop()).toEqual(before);
      for (let i = 3; i < crop.length; i += 4) expect(crop[i]).toBe(255);
    },
  );

  test('dark-kiosk is darker, most of all in blue', async () => {
    const [before, after] = [goldenCrop(), await shifted('dark-kiosk', 3)];
    const [red, green, blue] = [0, 1, 2].map((channel) => mean(after, channel) / mean(before, channel));
    expect(red).toBeLessThan(0.75);
    expect(blue).toBeLessThan(red as number);
    expect(green).toBeLessThan(0.75);
  });

  test('reducing and enlarging keeps a flat crop, and its place', async () => {
    const flat = new Uint8ClampedArray(112 * 112 * 4).fill(90);
    const crop = await applyShift({ crop: flat, shift: { about: '', side: [24, 24] }, seed: 1, jpeg });
    for (let i = 0; i < crop.length; i += 4) expect(crop[i]).toBe(90);
    // A bright left half stays left.
    const half = flat.map((value, i) => ((i >> 2) % 112 < 56 ? 200 : value));
    const kept = await applyShift({ crop: half, shift: { about: '', side: [28, 28] }, seed: 1, jpeg });
    expect([kept[20 * 4], kept[90 * 4]]).toEqual([200, 90]);
  });
});
