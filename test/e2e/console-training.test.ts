import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StudentGroup, StudentVersion, TrainingRound } from '../../protocol/student-versions.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { type ConsoleScene, createConsoleScene, uuid } from '../support/console-scene.ts';
import { problem, type ScriptedServer } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait-for.ts';

const accuracy = (rank1: number, tpirAtFpir: number) => ({ rank1, tpirAtFpir, meanTpir: tpirAtFpir + 0.1 });
const version = (n: number, more: Partial<StudentVersion> = {}): StudentVersion => ({
  id: uuid(100 + n),
  group: uuid(1),
  number: n,
  state: 'retired',
  model: 'mobilefacenet-192',
  parent: n > 1 ? uuid(99 + n) : null,
  sha256: 'a'.repeat(64),
  lineage: {
    run: uuid(7),
    rounds: 8,
    steps: 120,
    people: { trained: 240, heldOut: 120 },
    crops: { enrolled: 640, confirmed: 85 },
    before: accuracy(0.66, 0.31),
    after: accuracy(0.76, 0.42),
    threshold: { before: 0.62, after: 0.6 },
  },
  trial: null,
  createdAt: '2026-05-01T10:00:00.000Z',
  promotedAt: null,
  promotedBy: null,
  replaced: null,
  retiredAt: null,
  retiredBy: null,
  retiredBecause: null,
  retiredReason: null,
  excludedAt: null,
  kept: true,
  ...more,
});
const round = (n: number): TrainingRound => ({
  round: n,
  shards: [0, 1].map((shard) => ({
    shard,
    first: 0.5 / n + shard / 50,
    last: 0.4 / n + shard / 50,
    seconds: 12,
    samples: 1280 + shard,
    age: 12 + 3 * shard,
  })),
  rejected:
    n === 2
      ? [
          {
            shard: 1,
            message: 'Its step is 1.53 long; 15 steps bring 0.90 at most. Its part was learnt again.',
            reason: { code: 'too-long', length: 1.53, most: 0.9, steps: 15 },
            again: true,
          },
        ]
      : [],
  accuracy: accuracy(0.6 + n / 50, 0.3 + n / 40),
  kept: n !== 2,
  bytes: { up: 670_000, down: 1_400_000 },
  seconds: 34,
});
const group = (more: Partial<StudentGroup> = {}): StudentGroup => ({
  id: uuid(1),
  name: 'Dark entrances',
  shift: 'dark-kiosk',
  cameras: [
    { id: uuid(21), name: 'Entrance' },
    { id: uuid(22), name: 'Back door' },
  ],
  paused: false,
  automatic: true,
  createdAt: '2026-05-01T10:00:00.000Z',
  versions: [
    version(3, {
      state: 'shadow',
      trial: { compared: 60, same: 55, onlyServing: 1, onlyTrial: 4, different: 0, score: null },
      lineage: {
        ...version(3).lineage,
        kiosk: { id: uuid(21), name: 'Entrance', part: 'tail', before: 0.5, after: 0.75 },
      },
    }),
    version(2, { state: 'promoted', promotedAt: '2026-05-01T11:00:00.000Z', promotedBy: 'server' }),
    version(1, {
      retiredAt: '2026-05-01T11:00:00.000Z',
      retiredBecause: 'version 2 took its place',
      retiredReason: { code: 'replaced', version: 2 },
      excludedAt: '2026-05-01T12:00:00.000Z',
      kept: false,
    }),
  ],
  watch: { [uuid(102)]: { tracks: 212, named: 180, score: 0.7 } },
  notReady: [],
  status: {
    state: 'running',
    reason: { code: 'round-running', round: 5, planned: 8 },
    message: 'In the server’s words.',
  },
  runs: [
    {
      id: uuid(7),
      state: 'running',
      message: null,
      reason: null,
      by: 'server',
      model: 'mobilefacenet-192',
      counts: { people: 360, photos: 900, confirmed: 85 },
      rounds: [1, 2, 3, 4].map(round),
      planned: 8,
      stoppedEarly: false,
      version: null,
      startedAt: '2026-05-01T10:00:00.000Z',
      endedAt: null,
    },
  ],
  ...more,
});
const kiosk = (n: number, name: string) => ({
  id: uuid(n),
  name,
  place: '',
  policy: { video: false, training: false },
  createdAt: '2026-05-01T10:00:00.000Z',
  online: true,
});

const folder = process.env.SCREENSHOTS_DIR;

describe('console: training', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  }, 120_000);
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const open = (
    prepare: (server: ScriptedServer) => void,
    options: { page?: object; role?: 'operator' } = {},
  ) =>
    scene.open({
      hash: '#/training',
      page: options.page ?? {},
      ...(options.role ? { role: options.role } : {}),
      prepare: (server) => {
        server.answer('GET /kiosks', { body: { kiosks: [kiosk(21, 'Entrance'), kiosk(22, 'Back door')] } });
        prepare(server);
      },
    });

  it('says what a group is for when there is none, and makes one by keyboard', async () => {
    const groups: StudentGroup[] = [];
    const sent: unknown[] = [];
    const { page, problems } = await open((server) => {
      server.answer('GET /training', () => ({ body: { groups } }));
      server.answer('POST /training/groups', ({ body }) => {
        sent.push(JSON.parse(body.toString()));
        groups.push(
          group({
            versions: [],
            runs: [],
            watch: {},
            status: {
              state: 'too-few-people',
              reason: { code: 'few-enrolled', people: 3, needed: 15 },
              message: '',
            },
          }),
        );
        return { status: 201, body: groups[0] };
      });
    });
    await page.getByText('No camera has a student').waitFor();
    await page.getByRole('button', { name: 'New group' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Entrance').waitFor();
    await page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('Enter a name').waitFor();
    await dialog.getByLabel('Name').fill('Dark entrances');
    await dialog.getByLabel('Entrance').check();
    await dialog.getByLabel('Name').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Too few people').waitFor();
    await page.getByText('3 people are enrolled. About 15 with two photos each are needed').waitFor();
    expect(sent).toEqual([
      { name: 'Dark entrances', shift: 'dark-kiosk', cameras: [uuid(21)], automatic: true },
    ]);
    expect(problems).toEqual([]);
  });

  it('shows rounds as they run, and versions with what they are made of; promotes and rolls back', async () => {
    const calls: string[] = [];
    const { page, problems } = await open((server) => {
      server.answer('GET /training', { body: { groups: [group()] } });
      server.answer(`POST /training/versions/${uuid(103)}/promote`, ({ body }) => {
        calls.push(`promote ${body.toString()}`);
        return { body: version(3, { state: 'promoted' }) };
      });
      server.answer(`POST /training/groups/${uuid(1)}/rollback`, () => {
        calls.push('rollback');
        return { body: group() };
      });
    });
    await page.getByText('Round 5 of 8 is under way.').waitFor();
    expect(await page.getByTestId('training-round').count()).toBe(4);
    expect(await page.getByTestId('plot').count()).toBe(2);
    expect(await page.getByTestId('training-worker').count()).toBe(8);
    await page.getByRole('row', { name: '4 2 1,281 0.145 → 0.120 12 s 15 s' }).waitFor();
    await page
      .getByText(
        'Round 2: worker 2 was left out. Its step is 1.53 long; 15 steps bring 0.90 at most. Its part was learnt again.',
      )
      .waitFor();
    await page.getByText('in the browser of Entrance: rank 1 50.0 % → 75.0 %').waitFor();
    await page.getByRole('cell', { name: 'Threshold 0.620 → 0.600' }).first().waitFor();
    await page.getByText('Learnt from somebody who was erased').waitFor();
    expect(await page.getByRole('button', { name: 'Promote version 1' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Promote version 3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
    await page.getByText('Version 3 serves').waitFor();
    await page.getByRole('button', { name: 'Roll back Dark entrances' }).click();
    await waitFor(() => calls.length === 2, { what: 'both calls' });
    expect(calls).toEqual(['promote {"force":false}', 'rollback']);
    expect(await seriousViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('says why a run ended before its time, and what a run that goes on waits for', async () => {
    const [run] = group().runs as [StudentGroup['runs'][0]];
    const ended = { state: 'done', stoppedEarly: true, message: 'It did no better.' } as const;
    const groups = [
      group({
        runs: [{ ...run, ...ended }],
        status: { state: 'nothing-new', reason: { code: 'nothing-new' }, message: '' },
      }),
      group({
        id: uuid(2),
        name: 'Gates',
        versions: [],
        status: {
          state: 'held-back',
          reason: { code: 'round-gives-way', round: 5, planned: 8 },
          message: '',
        },
      }),
    ];
    const { page } = await open((server) => server.answer('GET /training', { body: { groups } }));
    await page.getByText('It stopped after round 4 of 8').waitFor();
    await page.getByText('Giving way', { exact: true }).waitFor();
    await page.getByText('Round 5 of 8 gives way to live crops: it goes on in their pauses').waitFor();
    expect(await page.getByRole('button', { name: 'Train now: Dark entrances' }).isEnabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Train now: Gates' }).isDisabled()).toBe(true);
    // What a finished run's workers did is there, and shut.
    expect(await page.getByTestId('training-worker').filter({ visible: true }).count()).toBe(8);
    await page.getByText('Workers, round by round').first().click();
    expect(await page.getByTestId('training-worker').filter({ visible: true }).count()).toBe(16);
  });

  it('says why in the reader’s language, and when in their own time', async () => {
    const nextAt = new Date(Date.now() + 40 * 24 * 3_600_000);
    nextAt.setUTCHours(23, 30, 0, 0);
    const waits = { versions: [], runs: [], watch: {} };
    const [run] = group().runs as [StudentGroup['runs'][0]];
    const ended = {
      state: 'done',
      message: 'Version 1 is better on the people held out, but cannot be tried out now: No worker.',
      reason: { code: 'not-tried', version: 1, words: 'No worker.' },
    } as const;
    const retired = version(1, {
      retiredAt: '2026-05-01T11:00:00.000Z',
      retiredBecause: 'the scores of named people fell from 0.7 to 0.61',
      retiredReason: { code: 'lower-scores', before: 0.7, now: 0.61 },
    });
    const groups = [
      group({
        ...waits,
        status: {
          state: 'waiting',
          reason: { code: 'next-run', at: nextAt.toISOString() },
          message: 'Next run at the earliest: 23:30 UTC.',
        },
      }),
      group({
        ...waits,
        versions: [retired],
        runs: [{ ...run, ...ended, rounds: [] }],
        id: uuid(2),
        name: 'Gates',
        status: {
          state: 'too-few-people',
          reason: { code: 'few-usable', people: 1213, several: 2, needed: 15 },
          message: '1213 people can be learnt from.',
        },
      }),
    ];
    const { page, problems } = await open(
      (server) => {
        server.answer('GET /training', { body: { groups } });
        server.answer(
          `POST /training/groups/${uuid(2)}/runs`,
          problem('bad-state', 'No worker is there that trains.', { reason: { code: 'no-worker' } }),
        );
      },
      { page: { locale: 'de-DE', timezoneId: 'Asia/Tokyo' } },
    );
    const told = page.getByTestId('training-group');
    await told.getByText(/^Nächster Lauf frühestens: .*08:30\.$/).waitFor();
    await told.getByText('Gelernt werden kann von 1.213 Personen').waitFor();
    await told.getByText('zurückgehalten mit zwei Fotos oder mehr: 2').waitFor();
    await page.getByText('besser, kann aber gerade nicht erprobt werden: No worker.').waitFor();
    await page.getByText('die Ähnlichkeit benannter Personen fiel von 0,70 auf 0,61').waitFor();
    expect(problems).toEqual([]);
    await page.getByRole('button', { name: 'Jetzt trainieren: Gates' }).click();
    await page.getByText('Es gibt keinen Worker, der trainiert. Siehe WORKERS und TRAINING.').waitFor();
    expect(await page.getByText(/UTC|can be learnt from|is better|scores of|No worker is/).count()).toBe(0);
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, 'training-german.png'), fullPage: true });
    }
  });

  it('lets an operator look, says what failed, and fits a phone', async () => {
    const looking = await open((server) => server.answer('GET /training', { body: { groups: [group()] } }), {
      role: 'operator',
      page: { viewport: { width: 390, height: 844 } },
    });
    await looking.page.getByText('Round 5 of 8 is under way.').waitFor();
    expect(
      await looking.page.getByRole('button', { name: /Promote|Roll back|Pause|New group/ }).count(),
    ).toBe(0);
    const wide = await looking.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
    await scene.clear();
    const failed = await open((server) =>
      server.answer('GET /training', problem('database-unavailable', 'The database is away.')),
    );
    await failed.page.getByText('The trainings cannot be shown').waitFor();
    await failed.page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it.runIf(folder)('is photographed', async () => {
    mkdirSync(folder as string, { recursive: true });
    for (const [name, width, colorScheme] of [
      ['desktop-light', 1280, 'light'],
      ['desktop-dark', 1280, 'dark'],
      ['phone-light', 390, 'light'],
      ['phone-dark', 390, 'dark'],
    ] as const) {
      const { page } = await open(
        (server) => server.answer('GET /training', { body: { groups: [group()] } }),
        {
          page: { viewport: { width, height: 900 }, colorScheme },
        },
      );
      await page.getByText('Round 5 of 8 is under way.').waitFor();
      await page.screenshot({ path: join(folder as string, `training-${name}.png`), fullPage: true });
      if (name === 'desktop-light') {
        await page.getByRole('button', { name: 'Change Dark entrances' }).click();
        await page.getByRole('dialog').getByLabel('Entrance').waitFor();
        await page.screenshot({ path: join(folder as string, 'training-dialog.png') });
      }
      await scene.clear();
    }
    const { page } = await open((server) => server.answer('GET /training', { body: { groups: [] } }));
    await page.getByText('No camera has a student').waitFor();
    await page.screenshot({ path: join(folder as string, 'training-empty.png') });
  });
});
