import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamLabel } from '../../../protocol/events.ts';
import { createAuditStore } from '../../../server/db/audit.store.ts';
import { KioskStore } from '../../../server/kiosks/kiosk.store.ts';
import type { Decided } from '../../../server/labels/track-fusion.ts';
import { createPeopleStore } from '../../../server/people/people.store.ts';
import { createSightingRecorder } from '../../../server/sightings/recorder.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { StreamHub } from '../../../server/streams/stream-hub.ts';
import { openTestDatabase, silent } from '../../support/database.ts';
import { testVault } from '../../support/gallery.ts';
import { storePerson } from '../../support/people.ts';

const DAY_MS = 86_400_000;

describe('sightings', () => {
  let opened: Awaited<ReturnType<typeof scene>>;
  beforeAll(async () => {
    opened = await scene();
  });
  afterAll(() => opened.close());

  async function scene() {
    const opened = await openTestDatabase();
    const { database } = opened;
    const audit = createAuditStore({ database });
    const people = createPeopleStore({ database, vault: testVault, audit });
    const kiosks = new KioskStore({ database, audit });
    const store = createSightingStore({ database, vault: testVault });
    const [door, hall] = [
      await kiosks.create({ name: 'Door', place: '', by: 'test' }),
      await kiosks.create({ name: 'Hall', place: '', by: 'test' }),
    ];
    const ann = await storePerson(people, { name: 'Ann Archer', seeds: [1] });
    const ben = await storePerson(people, { name: 'Ben', seeds: [2] });
    const pictures = new Map<string, Buffer>();
    const record = (retention = { identified: 30 * DAY_MS, unknown: DAY_MS }) => {
      const hub = new StreamHub();
      for (const kiosk of [door, hall]) hub.add(kiosk);
      const recorder = createSightingRecorder({
        hub,
        store,
        readCrop: async (stream, track, sequence) => pictures.get(`${stream}:${track}:${sequence}`),
        horizon: async () => ({
          identified: new Date(Date.now() - retention.identified),
          unknown: new Date(Date.now() - retention.unknown),
        }),
        logger: silent,
      });
      return { hub, recorder };
    };
    const label = (
      kiosk: { id: string },
      track: number,
      sequence: number,
      more: Partial<StreamLabel> = {},
    ): StreamLabel => {
      pictures.set(`${kiosk.id}:${track}:${sequence}`, Buffer.from(`picture ${track}.${sequence}`));
      return {
        stream: kiosk.id,
        track,
        sequence,
        state: 'unknown',
        captureTime: 0,
        stages: {},
        box: { x: 0, y: 0, width: 0.5, height: 0.5 },
        frame: { width: 640, height: 480 },
        cropUrl: '',
        latency: 10,
        ...more,
      };
    };
    return { database, people, store, door, hall, ann, ben, record, label, close: () => opened.close() };
  }
  const named = (score: number) =>
    ({ state: 'identified', personId: opened.ann.id, name: 'Ann Archer', score, confidence: score }) as const;

  it('are kept with their length and the best picture, and found by who, where and when', async () => {
    const { store, record, label, door, hall } = opened;
    const { hub, recorder } = record();
    hub.label(label(door, 1, 1, named(0.7)), decided([[opened.ann, 0.7]]));
    const [begun] = hub.snapshot().sightings;
    expect(begun?.cropUrl).toBe(`/sightings/${begun?.id}/crop.jpg`);
    // Asked for at once, as consoles do, it is there already.
    expect(String(await recorder.crop(begun?.id ?? ''))).toBe('picture 1.1');
    hub.label(
      label(door, 1, 2, named(0.9)),
      decided([
        [opened.ann, 0.9],
        [opened.ben, 0.4],
      ]),
    );
    hub.label(label(door, 1, 3, named(0.8)));
    hub.endTrack(door.id, 1);
    for (let sequence = 1; sequence <= 3; sequence++)
      hub.label(label(hall, 2, sequence, { score: 0.3 }), decided([[opened.ben, 0.3]]));
    await recorder.close();

    const { sightings } = await store.list({ limit: 10 });
    expect(sightings.map(({ state, streamName, crops }) => ({ state, streamName, crops }))).toEqual([
      { state: 'unknown', streamName: 'Hall', crops: 3 },
      { state: 'identified', streamName: 'Door', crops: 3 },
    ]);
    const [unknown, ann] = sightings;
    expect(unknown?.evidence).toEqual({
      score: expect.closeTo(0.3, 5),
      threshold: expect.closeTo(0.6, 5),
      gallerySize: 2,
      model: 'test',
      other: { personId: opened.ben.id, name: 'Ben', score: expect.closeTo(0.3, 5) },
    });
    // Of the picture that is kept.
    expect(ann?.evidence).toMatchObject({
      score: expect.closeTo(0.9, 5),
      other: { name: 'Ben', score: expect.closeTo(0.4, 5) },
    });
    expect(ann).toMatchObject({ id: begun?.id, name: 'Ann Archer', confidence: expect.closeTo(0.9, 5) });
    expect(String(await store.crop(ann?.id ?? ''))).toBe('picture 1.2');

    const found = async (filter: object) =>
      (await store.list({ limit: 10, ...filter })).sightings.map(({ id }) => id);
    expect(await found({ q: 'archer' })).toEqual([ann?.id]);
    expect(await found({ q: '%' })).toEqual([]);
    expect(await found({ person: opened.ann.id, stream: door.id })).toEqual([ann?.id]);
    expect(await found({ state: 'unknown' })).toEqual([unknown?.id]);
    expect(await found({ stream: randomUUID() })).toEqual([]);
    expect(await found({ from: new Date(Date.now() + 1000).toISOString() })).toEqual([]);
    expect(await found({ to: new Date(Date.now() - DAY_MS).toISOString() })).toEqual([]);
  });

  it('are sealed: the database holds no picture', async () => {
    const rows = await opened.database.query<{ crop: Uint8Array }>('select crop from sightings');
    expect(rows.length).toBeGreaterThan(0);
    for (const { crop } of rows) expect(Buffer.from(crop).includes('picture')).toBe(false);
  });

  it('are told page by page, none twice and none left out', async () => {
    const { store, record, label, hall } = opened;
    const { hub, recorder } = record();
    for (let track = 10; track < 22; track++) hub.label(label(hall, track, 1));
    await recorder.close();
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const page = await store.list({ limit: 5, after: next });
      seen.push(...page.sightings.map(({ id }) => id));
      next = page.next;
    } while (next);
    const all = (await store.list({ limit: 500 })).sightings.map(({ id }) => id);
    expect(seen).toEqual(all);
    expect(new Set(seen).size).toBe(14);
  });

  it('go when their time is over, the unknown ones first', async () => {
    const { store, record } = opened;
    const { recorder } = record({ identified: DAY_MS, unknown: 0 });
    await expect
      .poll(async () => (await store.list({ limit: 50 })).sightings.map(({ state }) => state))
      .toEqual(['identified']);
    await recorder.close();
  });

  it('go with the person, and one that is still being written does not come back', async () => {
    const { store, people, record, label, door, ann } = opened;
    const { hub, recorder } = record();
    hub.label(label(door, 5, 1, named(0.8)));
    expect(await people.erase({ id: ann.id, by: 'test' })).toMatchObject({ sightings: expect.any(Number) });
    hub.label(label(door, 6, 1, named(0.8)));
    recorder.forget(ann.id);
    await recorder.close();
    expect((await store.list({ limit: 10 })).sightings).toEqual([]);
  });
});

function decided(candidates: [{ id: string; name: string }, number][]): Decided {
  return {
    outcome: 'decided',
    decision: {
      state: 'unknown',
      candidates: candidates.map(([{ id, name }, score]) => ({ personId: id, name, score })),
      threshold: 0.6,
      gallerySize: 2,
      galleryVersion: 1,
      model: 'test',
    },
    evidence: '',
    evidenceWeight: 1,
    evidenceReset: false,
  };
}
