import { expect, test } from 'vitest';
import { ReplayGuard } from '../../../../server/ingest/replay-guard.ts';

test('a message that comes twice is replayed, an older one of its track is stale', () => {
  const guard = new ReplayGuard();
  expect(guard.check(1, 10)).toBeUndefined();
  expect(guard.check(1, 10)).toBe('replayed');
  expect(guard.check(1, 9)).toBe('stale');
  expect(guard.check(1, 11)).toBeUndefined();
});

test('messages of two tracks may overtake one another', () => {
  const guard = new ReplayGuard();
  expect(guard.check(1, 10)).toBeUndefined();
  expect(guard.check(2, 9)).toBeUndefined();
});

test('a sequence far behind the newest is replayed, even on a track that was forgotten', () => {
  const guard = new ReplayGuard();
  for (let track = 0; track < 70; track++) expect(guard.check(track, track * 100)).toBeUndefined();
  expect(guard.check(0, 0)).toBe('replayed');
});
