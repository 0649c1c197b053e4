import { describe, expect, test } from 'vitest';
import {
  TRIAL_CROPS,
  trialVerdict,
  WATCHED_TRACKS,
  watchVerdict,
} from '../../../../server/students/verdicts.ts';

const trial = (counts: {
  compared?: number;
  onlyServing?: number;
  onlyTrial?: number;
  different?: number;
}) => {
  const { compared = TRIAL_CROPS, onlyServing = 0, onlyTrial = 0, different = 0 } = counts;
  const same = compared - onlyServing - onlyTrial - different;
  return trialVerdict({ compared, same, onlyServing, onlyTrial, different, score: null }).kind;
};
const tracks = (count: number, named: number, score = 0.7) => ({ tracks: count, named, score });
const watch = (before: ReturnType<typeof tracks>, now: ReturnType<typeof tracks>) =>
  watchVerdict({ before, now }).kind;

describe('a trial', () => {
  test('takes its time', () => {
    expect(trial({ compared: TRIAL_CROPS - 1 })).toBe('wait');
    expect(trial({ onlyTrial: 10 })).toBe('good');
  });
  test('is failed by other names', () => {
    expect(trial({ different: 2 })).toBe('good');
    expect(trial({ different: 3 })).toBe('bad');
  });
  test('is failed by fewer names than chance allows', () => {
    expect(trial({ onlyServing: 8, onlyTrial: 2 })).toBe('good');
    expect(trial({ onlyServing: 15, onlyTrial: 1 })).toBe('bad');
  });
});

describe('the watch over a version that serves', () => {
  test('waits for enough tracks of both versions', () => {
    expect(watch(tracks(100, 90), tracks(WATCHED_TRACKS - 1, 0))).toBe('wait');
    expect(watch(tracks(WATCHED_TRACKS - 1, 20), tracks(100, 0))).toBe('wait');
    expect(watchVerdict({ before: undefined, now: tracks(100, 0) }).kind).toBe('wait');
  });
  test('sees a clear rise of unknown faces, and no small one', () => {
    expect(watch(tracks(40, 36), tracks(40, 20))).toBe('bad');
    expect(watch(tracks(40, 36), tracks(40, 32))).toBe('good');
    expect(watch(tracks(10_000, 9000), tracks(10_000, 8500))).toBe('good');
  });
  test('sees that scores have fallen', () => {
    expect(watch(tracks(100, 90, 0.7), tracks(100, 90, 0.64))).toBe('bad');
    expect(watch(tracks(100, 90, 0.7), tracks(100, 90, 0.66))).toBe('good');
    expect(watch(tracks(100, 20, 0.7), tracks(100, 20, 0.5))).toBe('good');
  });
});
