import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { divide, isHeldOut, type TrainingPerson } from '../../../../server/students/division.ts';

const person = (photos: number, seen = 0): TrainingPerson => ({
  id: randomUUID(),
  photos: Array.from({ length: photos }, () => ({
    crop: Buffer.from('enrolled'),
    embedding: Float32Array.of(1, 0),
    quality: 0.9,
  })),
  template: Float32Array.of(0, 1),
  seen: Array.from({ length: seen }, () => Buffer.from('seen')),
});
const many = (count: number, photos: number, seen = 0) =>
  Array.from({ length: count }, () => person(photos, seen));
const divided = (people: TrainingPerson[], shards = 2) => {
  const division = divide({ people, shards, shift: 'dark-kiosk', seed: 1 });
  if ('missing' in division) throw new Error('too few people');
  return division;
};

test('nobody who is held out is learnt from, in whichever run', () => {
  const people = many(60, 3);
  const { trained, heldOut } = divided(people);
  expect(trained.some(isHeldOut)).toBe(false);
  expect(heldOut.every(isHeldOut)).toBe(true);
  expect(trained.length + heldOut.length).toBe(60);
  // Whoever comes later changes nobody's side.
  const later = divided([...people, ...many(20, 3)]);
  expect(trained.every((id) => later.trained.includes(id))).toBe(true);
});

test('each person learnt from is in one shard, enrolled crops with their own embedding, live ones with the template', () => {
  const { shards, crops, trained } = divided(many(60, 2, 1), 3);
  const samples = shards.flatMap((shard) => shard.samples);
  expect(shards).toHaveLength(3);
  expect(samples).toHaveLength(3 * trained.length);
  expect(crops).toEqual({ enrolled: 2 * trained.length, confirmed: trained.length });
  const target = (values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');
  for (const { live, target: wanted } of samples) expect(wanted).toBe(target(live ? [0, 1] : [1, 0]));
});

test('some people held out are strangers, and each of the others has a template and probes', () => {
  const { validation, heldOut, trained } = divided(many(60, 3));
  const known = new Set(validation.probes.map((probe) => probe.person)).size;
  expect(validation.strangers.length).toBeGreaterThanOrEqual(heldOut.length / 3);
  expect(known + validation.strangers.length).toBe(heldOut.length);
  expect(validation.gallery).toHaveLength(known + trained.length);
});

test('with too few people it says how many are needed', () => {
  const people = many(8, 2);
  const division = divide({ people, shards: 2, shift: null, seed: 1 });
  expect(division).toEqual({
    missing: {
      code: 'few-usable',
      people: 8,
      several: people.filter(({ id }) => isHeldOut(id)).length,
      needed: 15,
    },
  });
});
