import { expect, test } from 'vitest';
import type { TrainingRun } from '../../../../protocol/student-versions.ts';
import { type StatusFacts, statusOf } from '../../../../server/students/status.ts';

const NOW = Date.UTC(2026, 4, 1, 12);
const counts = { people: 40, photos: 90, confirmed: 10 };
const run = (more: Partial<TrainingRun>): TrainingRun => ({
  id: '00000000-0000-4000-8000-000000000001',
  state: 'done',
  message: null,
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
  expect(stateOf({ modelProblem: 'its graph is not known.' })).toBe('model');
  expect(stateOf({ counts: { ...counts, people: 5 } })).toBe('too-few-people');
  expect(stateOf({ missing: 'Too few photos.' })).toBe('too-few-people');
  expect(stateOf({ workers: 0 })).toBe('no-worker');
  expect(stateOf({ otherGroup: 'Gates' })).toBe('other-group');
  expect(stateOf({ measuring: true })).toBe('waiting');
});

test('a run that is under way tells its round, and what it waits for', () => {
  const of = (more: Partial<StatusFacts>) =>
    statusOf(facts({ runs: [run({ state: 'running' })], ...more })).status;
  expect(of({})).toEqual({ state: 'running', message: 'Round 1 of 8 is under way.' });
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
