import { expect, test } from 'vitest';
import { retirementWords, runWords } from '../../../../server/students/sentences.ts';

test('how a run ended is known again by its words', () => {
  const reasons = [
    { code: 'no-better' },
    { code: 'on-trial', version: 12 },
    { code: 'by-hand', version: 3 },
    { code: 'not-tried', version: 3, words: 'Worker {a}: 7,\nor Version 4 is better.' },
    { code: 'person-erased' },
    { code: 'cut-off' },
  ] as const;
  for (const reason of reasons) expect(runWords.read(runWords.write(reason))).toEqual(reason);
  // What a run of today keeps is what runs before kept.
  expect(runWords.read('Version 2 is better on the people held out, and is on trial.')).toEqual({
    code: 'on-trial',
    version: 2,
  });
});

test('why a version was retired is known again by its words', () => {
  const reasons = [
    { code: 'replaced', version: 2 },
    { code: 'by-hand' },
    { code: 'trial-other-names', different: 5, compared: 104 },
    { code: 'trial-fewer-names', fewer: 12, compared: 104 },
    { code: 'more-unknown', before: 10, now: 50 },
    { code: 'lower-scores', before: 0.7, now: 0.61 },
  ] as const;
  for (const reason of reasons) expect(retirementWords.read(retirementWords.write(reason))).toEqual(reason);
  expect(retirementWords.read('the scores of named people fell from 0.70 to 0.61')).toEqual(reasons[5]);
});

test('other words have no code', () => {
  expect(runWords.read(null)).toBeNull();
  expect(runWords.read('The training stops: no worker finished its part within an hour.')).toBeNull();
  expect(runWords.read('Version two is better on the people held out, and is on trial.')).toBeNull();
  expect(runWords.read('Well. The group was deleted.')).toBeNull();
  expect(retirementWords.read('unknown faces rose from 10 % to 500 % of the tracks')).toBeNull();
});
