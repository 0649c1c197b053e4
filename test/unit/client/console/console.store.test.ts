import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ConsoleStore,
  createConsoleStore,
  STORE_LIMITS,
} from '../../../../client/console/console.store.ts';
import type { Alert, Sighting, Stream, StreamLabel } from '../../../../protocol/events.ts';

const DOOR = '11111111-1111-4111-8111-111111111111';
const LAB = '22222222-2222-4222-8222-222222222222';
const ADA = '33333333-3333-4333-8333-333333333333';

const stream = (id: string, name: string, more: Partial<Stream> = {}): Stream => ({
  id,
  name,
  place: '',
  policy: { video: false, training: false },
  online: true,
  pipeline: 'running',
  video: false,
  ...more,
});

const label = (more: Partial<StreamLabel> = {}): StreamLabel => ({
  stream: DOOR,
  track: 1,
  sequence: 1,
  state: 'looking',
  captureTime: 0,
  stages: { embed: 5 },
  box: { x: 0.4, y: 0.4, width: 0.1, height: 0.1 },
  frame: { width: 1280, height: 720 },
  cropUrl: `/crops/${more.track ?? 1}/${more.sequence ?? 1}.jpg`,
  latency: 20,
  ...more,
});

const sighting = (n: number): Sighting => ({
  id: `44444444-4444-4444-8444-${String(n).padStart(12, '0')}`,
  stream: DOOR,
  streamName: 'Door',
  state: 'unknown',
  cropUrl: '/crops/1.jpg',
  at: new Date(0).toISOString(),
});

describe('console store', () => {
  let store: ConsoleStore;
  const snapshot = (streams: Stream[], at = 0, sightings: Sighting[] = []) =>
    store.apply({ notification: 'snapshot', data: { streams, sightings, people: 3 } }, at);
  const put = (more: Partial<StreamLabel>, at: number) =>
    store.apply({ notification: 'streamLabel', data: label(more) }, at);
  const door = () => {
    const found = store.streams.value.find(({ id }) => id === DOOR);
    if (!found) throw new Error('the door is not listed');
    return found;
  };
  const tracks = () => door().tracks.value.map(({ track }) => track);

  beforeEach(() => {
    store = createConsoleStore();
    snapshot([stream(DOOR, 'Door 10'), stream(LAB, 'Door 9')]);
  });

  it('lists streams by name, numbers as numbers', () => {
    expect(store.streams.value.map(({ info }) => info.value.name)).toEqual(['Door 9', 'Door 10']);
    expect(store.people.value).toBe(3);
    expect(store.loaded.value).toBe(true);
  });

  it('adds a track with its first label and renews it with the next', () => {
    put({}, 1000);
    put({ sequence: 2, state: 'identified', personId: ADA, name: 'Ada' }, 1200);
    const [track] = door().tracks.value;
    expect(tracks()).toEqual([1]);
    expect(track?.label.value).toMatchObject({ state: 'identified', name: 'Ada' });
    expect(door().latest.value?.sequence).toBe(2);
    expect(door().lastCropAt.value).toBe(1200);
  });

  it('ignores a label that was overtaken, and one of a stream it does not know', () => {
    put({ sequence: 5, state: 'identified', name: 'Ada' }, 1000);
    put({ sequence: 4, state: 'looking' }, 1001);
    put({ stream: ADA }, 1002);
    expect(door().tracks.value[0]?.label.value.state).toBe('identified');
    expect(door().lastCropAt.value).toBe(1000);
  });

  it('tells only the tile that a label is for', () => {
    put({}, 0);
    const lab = store.streams.value.find(({ id }) => id === LAB);
    let others = 0;
    const count = () => {
      others++;
    };
    const stops = [
      store.streams.subscribe(count),
      lab?.tracks.subscribe(count),
      lab?.latest.subscribe(count),
    ];
    expect(others).toBe(3); // Each is told the value it begins with.
    put({ sequence: 2 }, 100);
    put({ track: 2 }, 200);
    for (const stop of stops) stop?.();
    expect(others).toBe(3);
  });

  it('changes the picture at most twice a second, but at once when the answer changes', () => {
    put({ sequence: 1 }, 0);
    put({ sequence: 2 }, 200);
    const url = () => door().tracks.value[0]?.cropUrl.value;
    expect(url()).toBe('/crops/1/1.jpg');
    put({ sequence: 3, state: 'identified', personId: ADA }, 300);
    expect(url()).toBe('/crops/1/3.jpg');
    put({ sequence: 4, state: 'identified', personId: ADA }, 700);
    expect(url()).toBe('/crops/1/3.jpg');
    put({ sequence: 5, state: 'identified', personId: ADA }, 800);
    expect(url()).toBe('/crops/1/5.jpg');
  });

  it('removes a track that ended, and does not bring it back by a late label', () => {
    put({}, 0);
    store.apply({ notification: 'trackEnded', data: { stream: DOOR, track: 1 } }, 100);
    put({ sequence: 2 }, 200);
    expect(tracks()).toEqual([]);
    store.tick(100 + STORE_LIMITS.trackSilenceMs + 1);
    put({ sequence: 3 }, 6000);
    expect(tracks()).toEqual([1]);
  });

  it('drops a track without news for five seconds', () => {
    put({ track: 1 }, 0);
    put({ track: 2 }, 3000);
    store.tick(5000);
    expect(tracks()).toEqual([1, 2]);
    store.tick(5001);
    expect(tracks()).toEqual([2]);
  });

  it('holds a bounded number of tracks and sightings, the freshest', () => {
    for (let n = 0; n < 50; n++) put({ track: n }, n);
    expect(tracks()).toHaveLength(STORE_LIMITS.tracksPerStream);
    expect(tracks()).toContain(49);
    expect(tracks()).not.toContain(0);
    for (let n = 0; n < 500; n++) store.apply({ notification: 'sighting', data: sighting(n) }, n);
    expect(store.sightings.value).toHaveLength(STORE_LIMITS.sightings);
    expect(store.sightings.value[0]?.id).toBe(sighting(499).id);
  });

  it('shows a sighting once, at its newest place', () => {
    for (const n of [1, 2, 1]) store.apply({ notification: 'sighting', data: sighting(n) }, 0);
    expect(store.sightings.value.map(({ id }) => id)).toEqual([sighting(1).id, sighting(2).id]);
  });

  it('notes when a stream went offline, empties it, and forgets that when it is back', () => {
    put({}, 0);
    store.apply({ notification: 'stream', data: stream(DOOR, 'Door 10', { online: false }) }, 7000);
    expect(tracks()).toEqual([]);
    expect(door().offlineSince.value).toBe(7000);
    store.apply({ notification: 'stream', data: stream(DOOR, 'Door 10', { online: false }) }, 9000);
    expect(door().offlineSince.value).toBe(7000);
    store.apply({ notification: 'stream', data: stream(DOOR, 'Door 10') }, 10_000);
    expect(door().offlineSince.value).toBeUndefined();
  });

  it('takes the last crop from the snapshot for a stream that sent none since', () => {
    const lastSeen = '2026-05-01T10:00:00.000Z';
    snapshot([stream(ADA, 'Attic', { online: false, lastSeen })], 0);
    expect(store.streams.value[0]?.lastCropAt.value).toBe(Date.parse(lastSeen));
    expect(store.streams.value[0]?.offlineSince.value).toBeUndefined();
  });

  it('keeps tracks over a new snapshot, and drops streams that it no longer names', () => {
    put({}, 0);
    snapshot([stream(DOOR, 'Front door')], 100, [sighting(1)]);
    expect(store.streams.value.map(({ info }) => info.value.name)).toEqual(['Front door']);
    expect(tracks()).toEqual([1]);
    store.apply({ notification: 'streamRemoved', data: { id: DOOR } }, 200);
    expect(store.streams.value).toEqual([]);
  });

  it('counts the gallery’s changes, also when the number stays the same', () => {
    const before = store.galleryChanges.value;
    store.apply({ notification: 'gallery', data: { people: 3 } }, 0);
    expect(store.galleryChanges.value).toBe(before + 1);
  });

  it('takes an alert for news once, and never one of a snapshot', () => {
    const alert = (n: number): Alert => ({
      id: `55555555-5555-4555-8555-${String(n).padStart(12, '0')}`,
      at: new Date(0).toISOString(),
      note: null,
      sighting: sighting(n),
      acknowledged: null,
    });
    const news: (string | undefined)[] = [];
    const stop = store.raised.subscribe((one) => news.push(one?.id.slice(-1)));
    const open = () => store.alerts.value.map(({ id }) => id.slice(-1));
    const told = (alerts: Alert[]) =>
      store.apply({ notification: 'snapshot', data: { streams: [], sightings: [], people: 0, alerts } }, 0);
    told([alert(1)]);
    store.apply({ notification: 'alertRaised', data: alert(1) }, 0);
    store.apply({ notification: 'alertRaised', data: alert(2) }, 0);
    store.apply({ notification: 'alertRaised', data: alert(2) }, 0);
    expect([open(), news]).toEqual([
      ['2', '1'],
      [undefined, '2'],
    ]);
    // The connection was lost and is back: what is told again, and what came meanwhile, is no news.
    told([alert(3), alert(2), alert(1)]);
    store.apply({ notification: 'alertRaised', data: alert(2) }, 0);
    expect([open(), news]).toEqual([
      ['3', '2', '1'],
      [undefined, '2'],
    ]);
    const acknowledged = { by: 'guard:1', at: new Date(0).toISOString() };
    store.apply({ notification: 'alertChanged', data: { ...alert(2), acknowledged } }, 0);
    store.apply({ notification: 'alertRaised', data: alert(2) }, 0);
    expect([open(), news]).toEqual([
      ['3', '1'],
      [undefined, '2'],
    ]);
    stop();
  });
});
