import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../client/kiosk/learning/engine.ts';
import type { Sighting } from '../../protocol/events.ts';
import { type LessonResult, lessonResultSchema } from '../../protocol/lessons.ts';
import { type StudentGroup, trainingResponseSchema } from '../../protocol/student-versions.ts';
import { isHeldOut } from '../../server/students/division.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeCameraVideo } from '../support/camera-video.ts';
import { facesMissing, peopleWithPhotos } from '../support/faces.ts';
import { enrol, startFacewireProcess, type TestServer } from '../support/facewire.ts';
import { waitFor } from '../support/wait-for.ts';

const SHOWN = 3;
const STEPS = 8;
/** People who are held out to measure by, and others. */
const LEAST = 6;

if (facesMissing) console.warn(`the test of a browser that learns is skipped: ${facesMissing}`);

describe.skipIf(facesMissing)('a kiosk’s browser that may learn', () => {
  const dir = mkdtempSync(join(tmpdir(), 'facewire-learning-'));
  let server: TestServer;
  let browser: Browser;
  let kiosk: { id: string; url: string };
  const shown: string[] = [];

  const groupOf = async (): Promise<StudentGroup> => {
    const { groups } = trainingResponseSchema.parse(await (await server.api('GET', '/training')).json());
    return groups[0] as StudentGroup;
  };

  beforeAll(async () => {
    server = await startFacewireProcess({
      environment: { TRAINING_ROUNDS: '1', TRAINING_STEPS: `${STEPS}` },
    });
    const people: { id: string; photo: string }[] = [];
    for (const { name, photos } of peopleWithPhotos(4)) {
      const { id } = await enrol(server, name, photos.slice(1, 3));
      people.push({ id, photo: photos[0] as string });
      const heldOut = people.filter((person) => isHeldOut(person.id)).length;
      if (heldOut >= LEAST && people.length - heldOut >= 2 * LEAST) break;
    }
    const taught = people.filter(({ id }) => !isHeldOut(id)).slice(0, SHOWN);
    shown.push(...taught.map(({ id }) => id));
    // A dim and noisy entrance; nobody is in front of it for most of the time.
    const dim = await Promise.all(
      taught.map(async ({ photo }, i) => {
        const path = join(dir, `${i}.jpg`);
        await sharp(photo).resize(120).modulate({ brightness: 0.6 }).jpeg({ quality: 60 }).toFile(path);
        return path;
      }),
    );
    const camera = join(dir, 'camera.mjpeg');
    await makeCameraVideo({
      path: camera,
      shots: [
        ...dim.map((photo) => ({ photos: [photo], seconds: 6, swayPx: 5 })),
        { photos: [], seconds: 45 },
      ],
    });
    kiosk = await server.addKiosk('Entrance');
    // The workers' own run comes first, so that the kiosk's lesson has a base that stays.
    const made = await server.api('POST', '/training/groups', { name: 'Dim', cameras: [kiosk.id] });
    if (made.status !== 201) throw new Error(`the group was not made: ${made.status}`);
    await waitFor(async () => (await groupOf()).runs[0]?.state === 'done', {
      what: 'the first run of the workers is over',
      timeoutMs: 120_000,
      everyMs: 300,
    });
    browser = await launchBrowser({ camera });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('teaches its student from confirmed crops that never leave it; both sides measure, and the better one is used', async () => {
    const { page, problems } = await openPage(browser);
    const posted: { path: string; begins: string }[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'POST') return;
      const begins = request.postDataBuffer()?.subarray(0, 4).toString('latin1') ?? '';
      posted.push({ path: new URL(request.url()).pathname, begins });
    });
    await page.goto(kiosk.url);
    const note = page.getByTestId('learning');
    await page.locator('[data-testid=label][data-state=identified]').waitFor({ timeout: 90_000 });
    expect(await note.count()).toBe(0);
    const allowed = await server.api('PATCH', `/kiosks/${kiosk.id}`, { policy: { training: true } });
    expect(allowed.status).toBe(200);
    await note.waitFor();

    const confirmed = new Set<string>();
    await waitFor(
      async () => {
        const listed = (await (await server.api('GET', '/sightings?state=identified')).json()) as {
          sightings: Sighting[];
        };
        for (const { id, personId, confirmation } of listed.sightings) {
          if (confirmation || !personId || !shown.includes(personId)) continue;
          const said = await server.api('POST', `/sightings/${id}/confirmation`, { verdict: 'yes' });
          if (said.ok) confirmed.add(personId);
        }
        return confirmed.size > 1 && Number(await note.getAttribute('data-crops')) >= 8;
      },
      {
        what: 'sightings are confirmed and their crops may be learnt from',
        timeoutMs: 120_000,
        everyMs: 300,
      },
    );
    const framesBefore = await framesIn(page, 2000);
    expect(
      await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)),
    ).not.toContain(expect.stringContaining('learn.worker'));
    const base = (await groupOf()).versions.length;
    await page.locator('[data-testid=learning][data-step]').waitFor({ timeout: 120_000 });
    const framesDuring = await framesIn(page, 2000);
    const { ms } = JSON.parse((await note.getAttribute('data-step')) ?? '{}') as { ms: number };
    await page.locator('[data-testid=learning][data-last]').waitFor({ timeout: 120_000 });

    const own = JSON.parse((await note.getAttribute('data-own')) ?? '{}') as {
      before: { rank1: number; cosine: number };
      after: { rank1: number; cosine: number };
    };
    const engine = JSON.parse((await note.getAttribute('data-engine')) ?? '{}') as Engine;
    expect(engine).toEqual({ backend: 'wasm', part: 'tail', passedOver: [] });
    const last: LessonResult = lessonResultSchema.parse(
      JSON.parse((await note.getAttribute('data-last')) ?? '{}'),
    );
    const share = (value: number | undefined) => value?.toFixed(4) ?? '–';
    console.log(
      `browser, ${engine.backend}, ${STEPS} steps, ${ms.toFixed(0)} ms each: own crops kept back, cosine ${share(own.before.cosine)} → ` +
        `${share(own.after.cosine)}, rank 1 ${share(own.before.rank1)} → ${share(own.after.rank1)}; pictures a second ` +
        `${framesBefore} before, ${framesDuring} while it learns\n` +
        `server, people held out: rank 1 ${share(last.before?.rank1)} → ${share(last.after?.rank1)}, TPIR at FPIR 1 % ` +
        `${share(last.before?.tpirAtFpir)} → ${share(last.after?.tpirAtFpir)}, mean TPIR ${share(last.before?.meanTpir)} → ` +
        `${share(last.after?.meanTpir)}; used: ${last.used}. ${last.message}`,
    );
    expect(own.after.cosine).toBeGreaterThan(own.before.cosine);
    if (!last.before || !last.after) throw new Error(`nothing was measured: ${last.message}`);
    expect(last.used).toBe(last.after.meanTpir > last.before.meanTpir);
    const { versions } = await groupOf();
    expect(versions.length).toBe(base + (last.used ? 1 : 0));
    const learnt = {
      kiosk: { id: kiosk.id, name: 'Entrance', backend: 'wasm', part: 'tail' },
      after: last.after,
    };
    const ofKiosk = versions.filter(({ lineage }) => lineage.kiosk?.id === kiosk.id);
    expect(ofKiosk).toHaveLength(last.used ? 1 : 0);
    for (const { lineage } of ofKiosk) expect(lineage).toMatchObject(learnt);
    const sent = posted.filter(({ path }) => path.startsWith('/training'));
    expect(sent.filter(({ begins }) => begins !== '')).toEqual([
      { path: '/training/lesson/checkpoint', begins: 'FWCK' },
    ]);

    await page.getByRole('button', { name: 'Pause learning' }).click();
    await page.locator('[data-testid=learning][data-state=paused]').waitFor();
    await server.api('PATCH', `/kiosks/${kiosk.id}`, { policy: { training: false } });
    await note.waitFor({ state: 'detached' });
    // A lesson that cannot begin yet is no fault of the page.
    expect(problems.filter((problem) => !problem.includes('/training/lesson'))).toEqual([]);
  }, 400_000);
});

/** Pictures that the page draws in a second. */
function framesIn(
  page: { evaluate<T, A>(work: (argument: A) => T | Promise<T>, argument: A): Promise<T> },
  ms: number,
) {
  return page.evaluate(
    (during: number) =>
      new Promise<number>((done) => {
        const start = performance.now();
        let frames = 0;
        const next = () => {
          frames += 1;
          const passed = performance.now() - start;
          if (passed < during) requestAnimationFrame(next);
          else done(Math.round((1000 * frames) / passed));
        };
        requestAnimationFrame(next);
      }),
    ms,
  );
}
