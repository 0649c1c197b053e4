import { expect, test } from 'vitest';
import type { StreamLabel } from '../../../../protocol/events.ts';
import { StreamHub } from '../../../../server/streams/stream-hub.ts';

const KIOSK = {
  id: '33333333-3333-4333-8333-333333333333',
  name: 'Entrance',
  place: 'Hall',
  policy: { video: false, training: false },
};
const ANN = '11111111-1111-4111-8111-111111111111';

function label(track: number, state: StreamLabel['state'], personId?: string): StreamLabel {
  return {
    stream: KIOSK.id,
    track,
    sequence: 1,
    state,
    personId,
    captureTime: 0,
    stages: {},
    box: { x: 0, y: 0, width: 0.5, height: 0.5 },
    frame: { width: 640, height: 480 },
    cropUrl: '/streams/x/crops/1/1.jpg',
    latency: 10,
  };
}

function online(): StreamHub {
  const hub = new StreamHub();
  hub.add(KIOSK);
  hub.setOnline(KIOSK.id, true);
  return hub;
}

test('a sighting begins once when a track is named, and again when the name changes', () => {
  const hub = online();
  for (const state of ['looking', 'unknown', 'unknown'] as const) hub.label(label(1, state));
  hub.label(label(1, 'identified', ANN));
  hub.label(label(1, 'identified', ANN));
  expect(hub.snapshot().sightings.map(({ state }) => state)).toEqual(['identified', 'unknown']);
});

test('a stream that goes offline ends its tracks', () => {
  const hub = online();
  const ended: number[] = [];
  hub.on('trackEnded', ({ track }) => ended.push(track));
  hub.label(label(5, 'looking'));
  hub.setOnline(KIOSK.id, false);
  expect(ended).toEqual([5]);
  expect(hub.snapshot().streams[0]).toMatchObject({ online: false });
});

test('an erased person’s sightings go, and consoles are told afresh', () => {
  const hub = online();
  hub.label(label(1, 'identified', ANN));
  hub.label(label(2, 'unknown'));
  const snapshots: string[][] = [];
  hub.on('snapshot', ({ sightings }) => snapshots.push(sightings.map(({ state }) => state)));
  hub.forget(ANN);
  expect(snapshots).toEqual([['unknown']]);
});

test('a removed stream is gone and its late labels are ignored', () => {
  const hub = online();
  hub.remove(KIOSK.id);
  hub.label(label(1, 'unknown'));
  expect(hub.snapshot()).toEqual({ streams: [], sightings: [], people: 0 });
});
