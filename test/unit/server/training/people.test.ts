import { describe, expect, test } from 'vitest';
import { dividePeople, type TrainingPerson } from '../../../../server/training/people.ts';

/** Person n's template and crops say n, so that it can be told where they went. */
function people(count: number, photos: (n: number) => number): TrainingPerson[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `person ${n}`,
    faces: Array.from({ length: photos(n) }, (_, i) => ({
      crop: Uint8Array.of(n, i),
      template: Float32Array.of(n),
    })),
  }));
}
const personOf = (crop: string) => Buffer.from(crop, 'base64')[0];
const divide = (list: TrainingPerson[], seed = 1, shards = 3) =>
  dividePeople({ people: list, shards, shift: 'dark-kiosk', seed });

describe('dividing people', () => {
  test('nobody is on two sides, or in two shards', () => {
    const { shards, validation, test: tested, people: counts } = divide(people(100, (n) => 1 + (n % 3)));
    const sides = [
      ...shards.map(({ samples }) => samples.map(({ crop }) => personOf(crop))),
      [...validation.probes, ...validation.strangers].map(({ crop }) => personOf(crop)),
      [...tested.probes, ...tested.strangers].map(({ crop }) => personOf(crop)),
    ].map((side) => new Set(side));
    const everyone = new Set(sides.flatMap((side) => [...side]));
    expect(sides.reduce((sum, side) => sum + side.size, 0)).toBe(everyone.size);
    expect(counts.tested).toBe(50);
    expect(counts.trained + counts.validated).toBe(50);
  });

  test('strangers are not enrolled, probes are, by their own template', () => {
    const { test: tested } = divide(people(100, () => 3));
    expect(tested.strangers.length).toBeGreaterThanOrEqual(Math.ceil(50 / 3));
    const enrolled = tested.gallery.map((vector) => Buffer.from(vector, 'base64').readFloatLE(0));
    for (const { crop, person } of tested.probes) expect(personOf(crop)).toBe(enrolled[person]);
    for (const { crop } of tested.strangers) expect(enrolled).not.toContain(personOf(crop));
  });

  test('people arrive in groups; of the first one a photo is held back that shows what is remembered', () => {
    const list = people(100, (n) => 1 + (n % 3));
    const {
      shards,
      earlier,
      people: counts,
    } = dividePeople({
      people: list,
      shards: 2,
      groups: 4,
      shift: 'dark-kiosk',
      seed: 1,
    });
    const groupOf = new Map<number | undefined, number>();
    for (const { samples } of shards) {
      const groups = samples.map(({ group }) => group);
      expect(groups).toEqual(groups.toSorted((a, b) => a - b));
      for (const { crop, group } of samples) groupOf.set(personOf(crop), group);
    }
    const sizes = [0, 1, 2, 3].map((group) => [...groupOf.values()].filter((of) => of === group).length);
    for (const size of sizes) expect(Math.abs(size - counts.trained / 4)).toBeLessThanOrEqual(1);
    const learnt = new Set(shards.flatMap(({ samples }) => samples.map(({ crop }) => crop)));
    expect(earlier).toHaveLength(3);
    for (const [group, { probes, gallery }] of earlier.entries()) {
      expect(probes.length).toBeGreaterThan(0);
      for (const { crop, person } of probes) {
        expect(groupOf.get(personOf(crop))).toBe(group);
        expect(learnt).not.toContain(crop);
        const template = Buffer.from(gallery[person] ?? '', 'base64').readFloatLE(0);
        expect(template).toBe(personOf(crop));
      }
    }
    expect(divide(list).earlier).toEqual([]);
  });

  test('the seed decides', () => {
    const list = people(60, () => 2);
    expect(divide(list)).toEqual(divide(list));
    expect(divide(list, 2).test.gallery).not.toEqual(divide(list).test.gallery);
  });

  test('too few people, or photos, are told', () => {
    expect(() =>
      divide(
        people(8, () => 2),
        1,
        16,
      ),
    ).toThrow('too few for 16 shards');
    expect(() => divide(people(40, () => 1))).toThrow('too few have two photos');
  });
});
