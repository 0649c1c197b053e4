import { expect, test } from 'vitest';
import {
  leftOutSentence,
  retirementSentence,
  runSentence,
  statusSentence,
} from '../../../../server/students/sentences.ts';

test('one person is not people', () => {
  const few = (people: number) => statusSentence({ code: 'few-enrolled', people, needed: 36 });
  expect(few(1)).toMatch(/^1 person is enrolled\. About 36 /);
  expect(few(2)).toMatch(/^2 people are enrolled\. About 36 /);
  expect(statusSentence({ code: 'few-usable', people: 30, several: 2, needed: 36 })).toMatch(
    /^30 people can be learnt from; held out with two photos or more: 2\. About 36 /,
  );
});

test('rounds are told of those planned, where that is known', () => {
  const round = (planned: number | null) => statusSentence({ code: 'round-running', round: 3, planned });
  expect(round(8)).toBe('Round 3 of 8 is under way.');
  expect(round(null)).toBe('Round 3 is under way.');
});

test('a time has its zone', () => {
  expect(statusSentence({ code: 'next-run', at: '2026-11-24T09:05:00.000Z' })).toBe(
    'Next run at the earliest: 09:05 UTC.',
  );
});

test('words of others stay as they are', () => {
  const words = 'Worker {version}: 7,\nor $& is better.';
  expect(runSentence({ code: 'not-tried', version: 3, words })).toBe(
    `Version 3 is better on the people held out, but cannot be tried out now: ${words}`,
  );
});

test('why a version is retired', () => {
  expect(retirementSentence({ code: 'replaced', version: 2 })).toBe('version 2 took its place');
  expect(retirementSentence({ code: 'more-unknown', before: 10, now: 50 })).toBe(
    'unknown faces rose from 10 % to 50 % of the tracks',
  );
  expect(retirementSentence({ code: 'lower-scores', before: 0.7, now: 0.61 })).toBe(
    'the scores of named people fell from 0.7 to 0.61',
  );
});

test('why a worker was left out, and what became of its part', () => {
  const reason = { code: 'too-long', length: 12.3456, most: 0.5, steps: 15 } as const;
  expect(leftOutSentence({ reason, again: false })).toBe(
    'Its step is 12.3 long; 15 steps bring 0.500 at most.',
  );
  expect(leftOutSentence({ reason: { code: 'stray' }, again: true })).toBe(
    'It points elsewhere than what the others learnt. Its part was learnt again.',
  );
});
