import { expect, test } from 'vitest';
import { Erasures } from '../../../../server/labels/erasures.ts';

const ANN = '11111111-1111-4111-8111-111111111111';
const candidates = [{ personId: ANN, name: 'Ann', score: 0.8 }];

test('a decision from an older gallery that knows an erased person is outdated', () => {
  const erasures = new Erasures();
  expect(erasures.outdates({ candidates, galleryVersion: 6 })).toBe(false);
  erasures.add(ANN, 7);
  expect(erasures.outdates({ candidates, galleryVersion: 6 })).toBe(true);
  expect(erasures.outdates({ candidates, galleryVersion: 7 })).toBe(false);
  expect(erasures.outdates({ candidates: [], galleryVersion: 6 })).toBe(false);
});
