import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamLabel } from '../../../protocol/events.ts';
import type { CropAnswer } from '../../../protocol/jobs.ts';
import type { Label } from '../../../protocol/label.ts';
import { createConfirmationStore } from '../../../server/confirmations/confirmation.store.ts';
import { Confirmations } from '../../../server/confirmations/confirmations.ts';
import { createLiveCorrection } from '../../../server/confirmations/correct-live.ts';
import type { TakenCrop } from '../../../server/ingest/intake.ts';
import { KioskStore } from '../../../server/kiosks/kiosk.store.ts';
import { Erasures } from '../../../server/labels/erasures.ts';
import { Labeller } from '../../../server/labels/labeller.ts';
import { createMetrics } from '../../../server/observability/metrics.ts';
import { createSightingRecorder } from '../../../server/sightings/recorder.ts';
import { createSightingStore } from '../../../server/sightings/sighting.store.ts';
import { StreamHub } from '../../../server/streams/stream-hub.ts';
import { silent } from '../../support/database.ts';
import { testVault } from '../../support/gallery.ts';
import { openTestPeople, storePerson } from '../../support/people.ts';

const OFFSET = 4_000_000_000;

describe('an answer about a face that is still in the picture', () => {
  let opened: Awaited<ReturnType<typeof scene>>;
  beforeAll(async () => {
    opened = await scene();
  });
  afterAll(() => opened.close());

  /** A kiosk's labeller over the real database; only the worker's answers are scripted. */
  async function scene() {
    const under = await openTestPeople();
    const { database, audit, people } = under;
    const [ann, bob] = [
      await storePerson(people, { name: 'Ann', seeds: [1] }),
      await storePerson(people, { name: 'Bob', seeds: [2] }),
    ];
    const kiosk = await new KioskStore({ database, audit }).create({ name: 'Door', place: '', by: 'test' });
    const hub = new StreamHub();
    hub.add(kiosk);
    const store = createSightingStore({ database, vault: testVault });
    const recorder = createSightingRecorder({
      hub,
      store,
      readCrop: async () => Buffer.from('crop'),
      horizon: async () => ({ identified: new Date(0), unknown: new Date(0) }),
      logger: silent,
    });
    const [onKiosk, onConsole]: [Label[], StreamLabel[]] = [[], []];
    const changed: string[] = [];
    hub.on('streamLabel', (label) => onConsole.push(label));
    hub.on('sightingChanged', ({ name = 'unknown' }) => changed.push(name));
    let best = { personId: ann.id, name: 'Ann' };
    let evidenceReset = false;
    const result = (): CropAnswer['result'] => ({
      outcome: 'decided',
      decision: {
        state: 'identified',
        candidates: [{ ...best, score: 0.9 }],
        threshold: 0.6,
        gallerySize: 2,
        galleryVersion: 1,
        model: 'test',
      },
      evidence: 'AAAA',
      evidenceWeight: 1,
      evidenceReset,
    });
    const timings = { queue: 0, embed: 0, match: 0 };
    const labeller = new Labeller({
      stream: kiosk.id,
      trackOffset: OFFSET,
      epoch: 0,
      queue: {
        submit: async () => ({
          enqueuedAt: 0,
          answer: Promise.resolve({ kind: 'crop', id: '', worker: '', result: result(), timings }),
        }),
        read: async () => undefined,
      },
      hub,
      erasures: new Erasures(),
      metrics: createMetrics(),
      now: Date.now,
      send: (label) => onKiosk.push(label),
    });
    const confirmations = new Confirmations({
      store: createConfirmationStore({ database, vault: testVault, audit }),
      written: (id) => recorder.written(id),
      onAnswered: createLiveCorrection({
        hub,
        correct: ({ track }, answer) => labeller.correct(track, answer),
      }),
    });
    let sequence = 0;
    return {
      people: { ann, bob },
      hub,
      recorder,
      store,
      labeller,
      confirmations,
      changed,
      /** A crop of the track; what kiosk and console show then. */
      crop: async (track: number, seen: { as?: typeof best; reset?: boolean } = {}) => {
        best = seen.as ?? best;
        evidenceReset = seen.reset ?? false;
        await labeller.recognise(takenCrop(track, ++sequence));
        return shown();
      },
      shown,
      async close() {
        await recorder.close();
        await under.close();
      },
    };
    function shown() {
      const [kioskLabel, consoleLabel] = [onKiosk.at(-1) as Label, onConsole.at(-1) as StreamLabel];
      expect(consoleLabel.name).toBe(kioskLabel.name);
      expect(consoleLabel.track).toBe((kioskLabel.track + OFFSET) >>> 0);
      return { name: kioskLabel.name ?? kioskLabel.state, sighting: consoleLabel.sighting as string };
    }
  }

  it('takes the name away at once, for as long as the track lasts, and gives it back when taken back', async () => {
    const { confirmations, shown, crop, changed, store } = opened;
    const { name, sighting } = await crop(1);
    expect(name).toBe('Ann');
    expect(sighting).toMatch(/^[0-9a-f-]{36}$/);
    await confirmations.confirm({ sighting, answer: { verdict: 'no' }, by: 'test' });
    expect(shown()).toEqual({ name: 'unknown', sighting });
    expect(await crop(1)).toEqual({ name: 'unknown', sighting });
    expect(await crop(1, { reset: true })).toEqual({ name: 'unknown', sighting });
    await confirmations.takeBack({ sighting, by: 'test' });
    expect(shown()).toEqual({ name: 'Ann', sighting });
    expect(await crop(1)).toEqual({ name: 'Ann', sighting });
    expect(changed).toEqual(['unknown', 'Ann']);
    // One sighting all along.
    expect((await store.list({ limit: 10 })).sightings.map(({ id }) => id)).toEqual([sighting]);
  });

  it('names whom the operator named, until another face takes the place', async () => {
    const { confirmations, people, shown, crop, store, labeller, recorder } = opened;
    const { sighting } = await crop(2);
    const answer = { verdict: 'other', person: people.bob.id } as const;
    await confirmations.confirm({ sighting, answer, by: 'test' });
    expect(shown()).toEqual({ name: 'Bob', sighting });
    expect(await crop(2)).toEqual({ name: 'Bob', sighting });
    const after = await crop(2, { reset: true });
    expect(after.name).toBe('unknown');
    expect(after.sighting).not.toBe(sighting);
    labeller.endTrack(2);
    await recorder.written(sighting);
    await expect
      .poll(async () => (await store.list({ limit: 10 })).sightings.find(({ id }) => id === sighting))
      .toMatchObject({ name: 'Bob', crops: 3, confirmation: { recognised: { name: 'Ann' } } });
  });

  it('another track of the same person, and another person on the same track, are named', async () => {
    const { confirmations, crop, people } = opened;
    const { sighting } = await crop(3);
    await confirmations.confirm({ sighting, answer: { verdict: 'no' }, by: 'test' });
    expect((await crop(4)).name).toBe('Ann');
    expect((await crop(3, { as: { personId: people.bob.id, name: 'Bob' } })).name).toBe('Bob');
    expect((await crop(3, { as: { personId: people.ann.id, name: 'Ann' } })).name).toBe('unknown');
  });

  it('can be given before the sighting is in the database', async () => {
    const { confirmations, crop } = opened;
    const { sighting } = await crop(5, { as: { personId: opened.people.ann.id, name: 'Ann' } });
    const told: unknown[] = [];
    confirmations.on('confirmed', (what) => told.push(what));
    const said = await confirmations.confirm({ sighting, answer: { verdict: 'yes' }, by: 'test' });
    expect(said.confirmation).toMatchObject({ verdict: 'yes', by: 'test' });
    expect(told).toEqual([{ sighting, person: opened.people.ann.id }]);
  });
});

function takenCrop(track: number, sequence: number): TakenCrop {
  const at = Date.now();
  return {
    track,
    sequence,
    codec: 'jpeg',
    payload: Buffer.from('crop'),
    quality: { score: 1 },
    box: { x: 0, y: 0, width: 0.5, height: 0.5 },
    frame: { width: 640, height: 480 },
    durations: { camera: 0, detect: 0, align: 0, uplink: 0 },
    capturedAt: at,
    arrivedAt: at,
    deadlineAt: at + 2000,
  } as unknown as TakenCrop;
}
