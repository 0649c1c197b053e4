import { expect, test } from 'vitest';
import { byCamera, byHour } from '../../../../../client/console/events/group.ts';
import type { Sighting } from '../../../../../protocol/events.ts';

const seen = (id: string, at: Date, stream = 'door'): Sighting => ({
  id,
  stream,
  streamName: stream.toUpperCase(),
  state: 'unknown',
  cropUrl: '',
  at: at.toISOString(),
});

test('sightings come in the hours and days of the reader, newest first, without the empty ones', () => {
  const list = [
    seen('a', new Date(2026, 4, 2, 10, 59)),
    seen('b', new Date(2026, 4, 2, 10, 0)),
    seen('c', new Date(2026, 4, 2, 8, 30)),
    seen('d', new Date(2026, 4, 1, 23, 59)),
  ];
  expect(byHour(list)).toEqual([
    {
      start: new Date(2026, 4, 2).getTime(),
      hours: [
        { start: new Date(2026, 4, 2, 10).getTime(), sightings: list.slice(0, 2) },
        { start: new Date(2026, 4, 2, 8).getTime(), sightings: [list[2]] },
      ],
    },
    {
      start: new Date(2026, 4, 1).getTime(),
      hours: [{ start: new Date(2026, 4, 1, 23).getTime(), sightings: [list[3]] }],
    },
  ]);
});

test('or camera by camera, the one with the newest first', () => {
  const list = [seen('a', new Date(3), 'hall'), seen('b', new Date(2)), seen('c', new Date(1), 'hall')];
  expect(byCamera(list).map(({ id, name, sightings }) => [id, name, sightings.length])).toEqual([
    ['hall', 'HALL', 2],
    ['door', 'DOOR', 1],
  ]);
});
