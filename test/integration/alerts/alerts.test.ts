import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, StreamLabel } from '../../../protocol/events.ts';
import type { SightingEvent } from '../../../protocol/webhooks.ts';
import { createAlertStore } from '../../../server/alerts/alert.store.ts';
import { createAlerts } from '../../../server/alerts/alerts.ts';
import { createWatchListStore } from '../../../server/alerts/watch-list.store.ts';
import { createConfirmationStore } from '../../../server/confirmations/confirmation.store.ts';
import { identityOf, KioskStore } from '../../../server/kiosks/kiosk.store.ts';
import { createSightingEvents } from '../../../server/notify/sighting-events.ts';
import { createSightingRecorder } from '../../../server/sightings/recorder.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { StreamHub } from '../../../server/streams/stream-hub.ts';
import { silent } from '../../support/database.ts';
import { testVault } from '../../support/gallery.ts';
import { openTestPeople, storePerson } from '../../support/people.ts';

type Person = { id: string; name: string };

describe('the watch list', () => {
  let opened: Awaited<ReturnType<typeof scene>>;
  let [ann, bob]: Person[] = [];
  beforeAll(async () => {
    opened = await scene();
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    for (const { id } of (await opened.people.list({ limit: 500, offset: 0 })).people)
      await opened.people.erase({ id, by: 'test' });
    await opened.database.query('delete from sightings');
    ann = await storePerson(opened.people, { name: 'Ann', seeds: [1] });
    bob = await storePerson(opened.people, { name: 'Bob', seeds: [2] });
  });

  /** The server's parts from the hub to whoever is told, over the real database. */
  async function scene() {
    const under = await openTestPeople();
    const { database, audit, people } = under;
    const kiosks = new KioskStore({ database, audit });
    const door = await kiosks.create({ name: 'Door', place: '', by: 'test' });
    const hall = await kiosks.create({ name: 'Hall', place: '', by: 'test' });
    const sightings = createSightingStore({ database, vault: testVault });
    const store = createAlertStore({ database, audit });
    /** What a server that starts on this database tells its consoles. */
    const start = async () => {
      const hub = new StreamHub();
      for (const kiosk of [door, hall]) hub.add(identityOf(kiosk));
      const told: string[] = [];
      const outgoing: SightingEvent['type'][] = [];
      hub.on('alertRaised', ({ sighting }) => told.push(`${sighting.name} at ${sighting.streamName}`));
      hub.on('alertChanged', ({ acknowledged, sighting }) =>
        told.push(acknowledged ? `seen to by ${acknowledged.by}` : `now ${sighting.name}`),
      );
      const [kept, open] = [
        await sightings.list({ limit: 100 }),
        await store.list({ state: 'open', limit: 100 }),
      ];
      hub.restore(kept.sightings, open.alerts);
      const recorder = createSightingRecorder({
        hub,
        store: sightings,
        readCrop: async () => Buffer.from('crop'),
        horizon: async () => ({ identified: new Date(0), unknown: new Date(0) }),
        logger: silent,
      });
      const events = createSightingEvents({
        hub,
        publicUrl: () => 'http://localhost',
        tell: ({ type, alert, sighting }) => {
          outgoing.push(type);
          if (type === 'alert.raised') expect(alert?.id && sighting.person).toBeTruthy();
        },
      });
      const alerts = createAlerts({
        store,
        watchList: createWatchListStore({ database, audit }),
        hub,
        written: (id) => recorder.written(id),
        tell: (alert) => events.tellAlert(alert),
        logger: silent,
      });
      return {
        hub,
        alerts,
        told,
        outgoing,
        open: () => (hub.snapshot().alerts ?? []).map(({ sighting }) => sighting.name),
        async stop() {
          await alerts.close();
          await recorder.close();
          events.close();
        },
      };
    };
    return { database, audit, people, door, hall, store, start, close: () => under.close() };
  }
  let track = 0;
  const label = (kiosk: { id: string }, person: Person | undefined, on = ++track): StreamLabel => ({
    stream: kiosk.id,
    track: on,
    sequence: 1,
    state: person ? 'identified' : 'unknown',
    ...(person ? { personId: person.id, name: person.name } : {}),
    captureTime: 0,
    stages: {},
    box: { x: 0, y: 0, width: 0.5, height: 0.5 },
    frame: { width: 640, height: 480 },
    cropUrl: '',
    latency: 10,
  });
  const all = async (): Promise<Alert[]> => (await opened.store.list({ limit: 100 })).alerts;
  const leaveFor = (seconds: number) =>
    opened.database.query(
      `update sightings set began_at = began_at - $1 * interval '1 second', ended_at = ended_at - $1 * interval '1 second'`,
      [seconds],
    );

  it('raises one alert for each appearance at a camera, and none of others', async () => {
    const { start, door, hall } = opened;
    const server = await start();
    await server.alerts.watch({ person: ann?.id ?? '', note: 'Call the shift leader.', by: 'test' });
    server.hub.label(label(door, ann));
    server.hub.label(label(door, bob));
    server.hub.label(label(door, undefined));
    await expect.poll(() => server.told).toEqual(['Ann at Door']);
    expect(server.outgoing.filter((type) => type === 'alert.raised')).toHaveLength(1);
    expect((await all())[0]).toMatchObject({
      note: 'Call the shift leader.',
      acknowledged: null,
      sighting: { name: 'Ann', streamName: 'Door' },
    });
    // Lost from sight for a moment, a track begins anew: it is the same appearance.
    server.hub.label(label(door, ann));
    server.hub.label(label(hall, ann));
    await expect.poll(() => server.told).toEqual(['Ann at Door', 'Ann at Hall']);
    await server.stop();
    await leaveFor(120);
    const later = await start();
    later.hub.label(label(door, ann));
    await expect.poll(() => later.told).toEqual(['Ann at Door']);
    expect(await all()).toHaveLength(3);
    await later.alerts.unwatch({ person: ann?.id ?? '', by: 'test' });
    await leaveFor(120);
    later.hub.label(label(door, ann));
    await later.stop();
    expect(await all()).toHaveLength(3);
  });

  it('raises an alert at once of somebody who is in view when they are put on it', async () => {
    const server = await opened.start();
    server.hub.label(label(opened.door, ann, 900));
    server.hub.label(label(opened.door, ann, 900));
    await server.alerts.watch({ person: ann?.id ?? '', note: null, by: 'test' });
    await expect.poll(() => server.told).toEqual(['Ann at Door']);
    // A changed note is no new reason.
    await server.alerts.watch({ person: ann?.id ?? '', note: 'Armed', by: 'test' });
    await server.stop();
    expect(server.told).toEqual(['Ann at Door']);
    expect((await all())[0]?.note).toBe('Armed');
  });

  it('keeps open alerts over a restart without telling them as new, until one is seen to', async () => {
    const { start, door, database } = opened;
    const before = await start();
    await before.alerts.watch({ person: ann?.id ?? '', note: null, by: 'test' });
    before.hub.label(label(door, ann));
    await expect.poll(() => before.told).toEqual(['Ann at Door']);
    await before.stop();

    const after = await start();
    expect(after.open()).toEqual(['Ann']);
    expect([after.told, after.outgoing]).toEqual([[], []]);
    const id = (await all())[0]?.id ?? '';
    const first = await after.alerts.acknowledge({ id, by: 'guard:1' });
    const second = await after.alerts.acknowledge({ id, by: 'guard:2' });
    expect(first.acknowledged?.by).toBe('guard:1');
    expect(second).toEqual(first);
    expect(after.told).toEqual(['seen to by guard:1']);
    expect(after.open()).toEqual([]);
    await expect(after.alerts.acknowledge({ id: opened.door.id, by: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await after.stop();
    const rows = await database.query<{ actor: string }>(
      "select actor from audit where action = 'alert.acknowledged' and subject = $1",
      [id],
    );
    expect(rows).toEqual([{ actor: 'guard:1' }]);
  });

  it('follows an operator’s answer: it was not them, it was somebody watched', async () => {
    const { start, door, hall, database, audit } = opened;
    const server = await start();
    const confirmations = createConfirmationStore({ database, vault: testVault, audit });
    const say = async (id: string | undefined, person?: Person) => {
      const answer = person
        ? ({ verdict: 'other', person: person.id } as const)
        : ({ verdict: 'no' } as const);
      const said = await confirmations.confirm({ sighting: id ?? '', answer, by: 'operator:1' });
      if (said) await server.alerts.handleAnswer(said.sighting);
    };
    await server.alerts.watch({ person: ann?.id ?? '', note: null, by: 'test' });
    server.hub.label(label(door, ann));
    server.hub.label(label(hall, bob));
    await expect.poll(() => server.told).toEqual(['Ann at Door']);
    const [atHall, atDoor] = server.hub.snapshot().sightings;
    await say(atDoor?.id);
    expect(server.told.at(-1)).toBe('seen to by operator:1');
    expect(server.open()).toEqual([]);
    await expect.poll(() => confirmations.list({ limit: 1, sighting: atHall?.id })).toBeTruthy();
    await say(atHall?.id, ann);
    expect(server.told.at(-1)).toBe('Ann at Hall');
    await server.stop();

    const later = await start();
    later.hub.label(label(door, undefined));
    await later.stop();
    await leaveFor(3600);
    const [old] = later.hub.snapshot().sightings;
    const told = await confirmations.confirm({
      sighting: old?.id ?? '',
      answer: { verdict: 'other', person: ann?.id ?? '' },
      by: 'operator:1',
    });
    if (told) await later.alerts.handleAnswer(told.sighting);
    // An hour later nobody is to come running.
    expect([told?.sighting.name, later.told]).toEqual(['Ann', []]);
  });

  it('goes with the person, and is merged and parted with them', async () => {
    const { people, start, door } = opened;
    const server = await start();
    await server.alerts.watch({ person: ann?.id ?? '', note: null, by: 'test' });
    server.hub.label(label(door, ann));
    await expect.poll(() => server.told).toEqual(['Ann at Door']);
    await people.erase({ id: ann?.id ?? '', by: 'test' });
    server.hub.forget(ann?.id ?? '');
    expect([server.open(), await all(), await server.alerts.watchList()]).toEqual([[], [], []]);
    expect(await server.alerts.watch({ person: ann?.id ?? '', note: null, by: 'test' })).toBeUndefined();
    expect(await server.alerts.unwatch({ person: ann?.id ?? '', by: 'test' })).toBe(false);
    await server.stop();
  });
});
