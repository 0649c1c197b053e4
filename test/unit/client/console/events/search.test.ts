import { expect, test } from 'vitest';
import {
  EVERYTHING,
  exportUrl,
  isBackwards,
  isFound,
  parametersOf,
  searches,
} from '../../../../../client/console/events/search.ts';

const NOW = new Date(2026, 4, 2, 12, 0).getTime();
const sighting = {
  id: 'a',
  stream: 'door',
  streamName: 'Door',
  state: 'identified',
  name: 'Ada Lovelace',
  cropUrl: '',
  at: new Date(2026, 4, 2, 10, 0).toISOString(),
  until: new Date(2026, 4, 2, 10, 5).toISOString(),
} as const;

test('a range is the reader’s time, and open where an end is left out', () => {
  const range = { ...EVERYTHING, period: 'range', from: '2026-05-02T09:00', to: '2026-05-02T10:02' } as const;
  expect(Object.fromEntries(parametersOf(range, NOW))).toEqual({
    from: new Date(2026, 4, 2, 9, 0).toISOString(),
    to: new Date(2026, 4, 2, 10, 2).toISOString(),
  });
  expect(isFound(range, sighting, NOW)).toBe(true);
  expect(isFound({ ...range, from: '2026-05-02T10:04' }, sighting, NOW)).toBe(true);
  expect(isFound({ ...range, from: '2026-05-02T10:06' }, sighting, NOW)).toBe(false);
  expect(isFound({ ...range, to: '2026-05-02T09:59' }, sighting, NOW)).toBe(false);
  expect([...parametersOf({ ...range, from: '', to: '' }, NOW)]).toEqual([]);
  expect(searches({ ...range, from: '', to: '' })).toBe(false);
  expect(isBackwards(range)).toBe(false);
  expect(isBackwards({ ...range, to: '2026-05-01T00:00' })).toBe(true);
});

test('a quick period counts back from now', () => {
  expect(parametersOf({ ...EVERYTHING, period: 'hour' }, NOW).get('from')).toBe(
    new Date(NOW - 3_600_000).toISOString(),
  );
  expect(isFound({ ...EVERYTHING, period: 'hour' }, sighting, NOW)).toBe(false);
  expect(isFound({ ...EVERYTHING, period: 'day', q: 'LOVE' }, sighting, NOW)).toBe(true);
});

test('an export is of what is looked for', () => {
  expect(exportUrl({ ...EVERYTHING, q: 'ann', state: 'unknown' }, 'json')).toBe(
    '/sightings.json?q=ann&state=unknown',
  );
});
