import { expect, test } from 'vitest';
import type { CropAnswer } from '../../../../protocol/jobs.ts';
import { TrackFusion } from '../../../../server/labels/track-fusion.ts';

type Decided = Extract<CropAnswer['result'], { outcome: 'decided' }>;
const ANN = { personId: '11111111-1111-4111-8111-111111111111', name: 'Ann' };
const BEN = { personId: '22222222-2222-4222-8222-222222222222', name: 'Ben' };

function answer(
  state: Decided['decision']['state'],
  best: { personId: string; name: string } | undefined,
  score: number,
  evidenceReset = false,
): Decided {
  return {
    outcome: 'decided',
    decision: {
      state,
      candidates: best ? [{ ...best, score }] : [],
      threshold: 0.6,
      gallerySize: 2,
      galleryVersion: 1,
      model: 'test',
    },
    evidence: Buffer.from([1, 2, 3, 4]).toString('base64'),
    evidenceWeight: 1,
    evidenceReset,
  };
}

test('a stranger is looked at, and unknown after three crops', () => {
  const fusion = new TrackFusion();
  const states = [1, 2, 3, 4].map(() => fusion.update(1, answer('unknown', ANN, 0.3)).state);
  expect(states).toEqual(['looking', 'looking', 'unknown', 'unknown']);
});

test('a match names the person and the evidence is kept for the next crop', () => {
  const fusion = new TrackFusion();
  expect(fusion.evidence(1)).toBeUndefined();
  expect(fusion.update(1, answer('identified', ANN, 0.8))).toMatchObject({
    state: 'identified',
    person: { id: ANN.personId, name: 'Ann' },
    score: 0.8,
  });
  expect(fusion.evidence(1)?.sum).toEqual(Buffer.from([1, 2, 3, 4]));
});

test('a name holds just below the threshold for the same person only', () => {
  const fusion = new TrackFusion();
  fusion.update(1, answer('identified', ANN, 0.65));
  expect(fusion.update(1, answer('unknown', ANN, 0.57)).state).toBe('identified');
  expect(fusion.update(1, answer('unknown', BEN, 0.57)).person).toBeUndefined();
  fusion.update(2, answer('identified', ANN, 0.65));
  expect(fusion.update(2, answer('unknown', ANN, 0.5)).person).toBeUndefined();
});

test('a name does not hold against a second person who is as like', () => {
  const fusion = new TrackFusion();
  fusion.update(1, answer('identified', ANN, 0.7));
  expect(fusion.update(1, answer('ambiguous', ANN, 0.62))).toEqual({ state: 'ambiguous', score: 0.62 });
});

test('another face on the same track takes the name away at once', () => {
  const fusion = new TrackFusion();
  fusion.update(1, answer('identified', ANN, 0.65));
  expect(fusion.update(1, answer('unknown', ANN, 0.58, true))).toEqual({ state: 'looking', score: 0.58 });
});

test('an erased person’s tracks begin anew', () => {
  const fusion = new TrackFusion();
  fusion.update(1, answer('identified', ANN, 0.8));
  fusion.update(2, answer('identified', BEN, 0.8));
  expect(fusion.forget(ANN.personId)).toEqual([1]);
  expect(fusion.evidence(1)).toBeUndefined();
  expect(fusion.evidence(2)).toBeDefined();
});
