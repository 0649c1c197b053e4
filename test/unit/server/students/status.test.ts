import { expect, test } from 'vitest';
import { type TrainingRun, trainingStatusSchema } from '../../../../protocol/student-versions.ts';
import { type StatusFacts, statusOf } from '../../../../server/students/status.ts';

const NOW = Date.UTC(2026, 4, 1, 12);
const counts = { people: 40, photos: 90, confirmed: 10 };
const run = (more: Partial<TrainingRun>): TrainingRun => ({
  id: '00000000-0000-4000-8000-000000000001',
  state: 'done',
  message: null,
  reason: null,
  by: 'server',
  model: 'm',
  counts,
  rounds: [],
  planned: 8,
  stoppedEarly: false,
  version: null,
  startedAt: new Date(NOW - 3 * 3_600_000).toISOString(),
  endedAt: new Date(NOW - 2 * 3_600_000).toISOString(),
  ...more,
});
const facts = (more: Partial<StatusFacts> = {}): StatusFacts => ({
  enabled: true,
  model: 'm',
  modelProblem: undefined,
  workers: 1,
  heldBack: false,
  group: { paused: false, cameras: [{ id: 'c', name: 'Entrance' }] },
  counts,
  missing: undefined,
  runs: [],
  taughtAt: undefined,
  requested: false,
  otherGroup: undefined,
  measuring: false,
  now: NOW,
  ...more,
});
const stateOf = (more: Partial<StatusFacts>) => {
  const { status, due } = statusOf(facts(more));
  return due ? 'due' : status.state;
};

test('a group that nothing stands in the way of is due', () => {
  expect(stateOf({})).toBe('due');
});

test('what stands in the way is told, the first thing first', () => {
  expect(stateOf({ enabled: false, workers: 0 })).toBe('off');
  expect(stateOf({ group: { paused: true, cameras: [] } })).toBe('paused');
  expect(stateOf({ group: { paused: false, cameras: [] } })).toBe('no-cameras');
  expect(stateOf({ modelProblem: { code: 'model-parts-unknown', model: 'm' } })).toBe('model');
  expect(stateOf({ counts: { ...counts, people: 5 } })).toBe('too-few-people');
  expect(stateOf({ missing: { code: 'few-usable', people: 13, several: 2, needed: 15 } })).toBe(
    'too-few-people',
  );
  expect(stateOf({ workers: 0 })).toBe('no-worker');
  expect(stateOf({ otherGroup: 'Gates' })).toBe('other-group');
  expect(stateOf({ measuring: true })).toBe('waiting');
});

test('a run that is under way tells its round, and what it waits for', () => {
  const of = (more: Partial<StatusFacts>) =>
    statusOf(facts({ runs: [run({ state: 'running' })], ...more })).status;
  expect(of({})).toEqual({
    state: 'running',
    reason: { code: 'round-running', round: 1, planned: 8 },
    message: 'Round 1 of 8 is under way.',
  });
  expect(of({ heldBack: true })).toMatchObject({
    state: 'held-back',
    message: expect.stringContaining('Round 1 of 8 gives way'),
  });
  expect(of({ workers: 0 })).toMatchObject({
    state: 'no-worker',
    message: expect.stringContaining('Round 1 of 8 waits for a worker'),
  });
});

test('a run that is done is followed by another when there is something new, or somebody asks', () => {
  expect(stateOf({ runs: [run({})] })).toBe('nothing-new');
  expect(stateOf({ runs: [run({})], requested: true })).toBe('due');
  expect(stateOf({ runs: [run({})], counts: { ...counts, confirmed: 20 } })).toBe('due');
  expect(stateOf({ runs: [run({ model: 'another' })] })).toBe('due');
  const fresh = { endedAt: new Date(NOW - 60_000).toISOString() };
  expect(stateOf({ runs: [run(fresh)], counts: { ...counts, confirmed: 20 } })).toBe('waiting');
});

test('what a kiosk has made since the last run began is news, once', () => {
  const taughtAt = (ms: number) => ({ runs: [run({})], taughtAt: new Date(NOW - ms).toISOString() });
  expect(stateOf(taughtAt(3_600_000))).toBe('due');
  expect(stateOf(taughtAt(4 * 3_600_000))).toBe('nothing-new');
  const fresh = run({ endedAt: new Date(NOW - 60_000).toISOString() });
  expect(stateOf({ ...taughtAt(30_000), runs: [fresh] })).toBe('waiting');
});

test('a run that was cut short is tried again soon', () => {
  const ended = (ms: number) => [run({ state: 'stopped', endedAt: new Date(NOW - ms).toISOString() })];
  expect(stateOf({ runs: ended(10_000) })).toBe('waiting');
  expect(stateOf({ runs: ended(90_000) })).toBe('due');
});

test('each reason says its facts, alone and in English', () => {
  const few = { code: 'few-usable', people: 13, several: 2, needed: 15 } as const;
  const told = (more: Partial<StatusFacts>) => {
    const { status } = statusOf(facts(more));
    expect(trainingStatusSchema.parse(status)).toEqual(status);
    return status;
  };
  expect(told({ missing: few })).toEqual({
    state: 'too-few-people',
    reason: few,
    message: expect.stringMatching(/^13 people can be learnt from; held out .*: 2\. About 15 people/),
  });
  expect(told({ counts: { ...counts, people: 5 } }).reason).toEqual({
    code: 'few-enrolled',
    people: 5,
    needed: 15,
  });
  const refused = { code: 'model-refused', model: 'm', words: 'It has {two} inputs.' } as const;
  expect(told({ modelProblem: refused })).toEqual({
    state: 'model',
    reason: refused,
    message: 'm cannot be taught: It has {two} inputs.',
  });
  expect(told({ otherGroup: 'Gates' })).toMatchObject({
    reason: { code: 'other-group', group: 'Gates' },
    message: 'The group “Gates” trains now; this one is next.',
  });
  const failed = run({ state: 'failed', planned: null, endedAt: new Date(NOW - 10_000).toISOString() });
  expect(told({ runs: [failed] })).toEqual({
    state: 'waiting',
    reason: { code: 'next-run', at: '2026-05-01T12:00:50.000Z' },
    message: 'Next run at the earliest: 12:00 UTC.',
  });
  expect(told({ runs: [{ ...failed, state: 'running' }] })).toMatchObject({
    reason: { code: 'round-running', round: 1, planned: null },
    message: 'Round 1 is under way.',
  });
});
