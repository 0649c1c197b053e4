import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operationExamples as examples } from '../../server/http/openapi-operation-parts.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { type ConsoleScene, createConsoleScene } from '../support/console-scene.ts';
import { problem } from '../support/scripted-server.ts';

const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  colorScheme: 'dark' as const,
};
const ok = { ok: true, detail: 'fine' };
const READY = { ready: true, checks: { redis: ok, database: ok, sfu: ok, workers: ok } };

describe.each([
  ['desktop', {}],
  ['phone', PHONE],
])('console: running the server, on a %s', (_size, page) => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('shortens retention only after telling what goes', async () => {
    const set: unknown[] = [];
    const { page: tab, problems } = await scene.open({
      hash: '#/admin/settings',
      page,
      prepare: (server) => {
        server.answer('GET /retention', { body: examples.retention });
        server.answer('GET /retention/preview', { body: { unknown: 60, identified: 900 } });
        server.answer('PUT /retention', ({ body }) => {
          set.push(JSON.parse(String(body)));
          return { body: examples.retention };
        });
      },
    });
    await tab.getByLabel('Unknown people, hours').fill('none');
    await tab.getByText('Enter a number from 0.01 to').waitFor();
    await tab.getByLabel('Unknown people, hours').fill('12');
    await tab.getByRole('button', { name: 'Save' }).click();
    await tab.getByRole('dialog').getByText('900 sightings of enrolled people').waitFor();
    expect(await seriousViolations(tab)).toEqual([]);
    expect(set).toEqual([]);
    await tab.getByRole('button', { name: 'Save and delete' }).click();
    await tab.getByText('Saved').waitFor();
    expect(set).toEqual([{ unknownHours: 12, sightingDays: 30 }]);
    expect(problems).toEqual([]);
  });

  it('shows every part with its state in words, and says when it cannot', async () => {
    const { page: tab, server } = await scene.open({
      hash: '#/admin/health',
      page,
      prepare: (scripted) => {
        scripted.answer('GET /readyz', { body: READY });
        scripted.answer('GET /health/parts', { body: examples.parts });
      },
    });
    await tab.getByRole('heading', { name: 'Worker reception/830' }).waitFor();
    await tab.getByText('Little space is left').waitFor();
    await tab.getByText('240 people, version 871').waitFor();
    await tab.getByText('7.1 / 12.4 ms').waitFor();
    expect(await seriousViolations(tab)).toEqual([]);
    server.answer('GET /health/parts', { body: { ...examples.parts, workers: [] } });
    await tab.getByText('No worker is running').waitFor();
    server.answer('GET /health/parts', { status: 0 });
    await tab.getByText('The state of the parts is not known').waitFor();
  });

  it('runs a failed job again, and pauses the bulk lane', async () => {
    const asked: unknown[] = [];
    const bulk = { ...examples.queue, name: 'bulk', pausable: true, paused: false, failures: [] };
    const queues = [examples.queue, bulk];
    const { page: tab, problems } = await scene.open({
      hash: '#/admin/queues',
      page,
      prepare: (server) => {
        server.answer('GET /queues', () => ({ body: { queues } }));
        server.answer('POST /queues/*', ({ url }) => {
          asked.push(url.pathname);
          queues[0] = { ...examples.queue, failed: 0, failures: [] };
          return { status: 204 };
        });
        server.answer('PATCH /queues/bulk', ({ body }) => {
          asked.push(JSON.parse(String(body)));
          queues[1] = { ...bulk, paused: true };
          return { status: 204 };
        });
      },
    });
    await tab.getByText('1 failed job').click();
    await tab.getByText('job stalled more than allowable limit').waitFor();
    expect(await seriousViolations(tab)).toEqual([]);
    await tab.getByRole('button', { name: 'Run again: job crop-17' }).click();
    await expect.poll(() => tab.getByTestId('failed-job').count()).toBe(0);
    await tab.getByRole('button', { name: 'Pause' }).click();
    await tab.getByText('Paused').waitFor();
    expect(asked).toEqual(['/queues/crops/failed/crop-17/retry', { paused: true }]);
    expect(problems).toEqual([]);
  });

  it('searches the audit log, verifies it, and proves that somebody is gone', async () => {
    const { entry, proof } = examples;
    const asked: string[] = [];
    const { page: tab, server } = await scene.open({
      hash: '#/admin/audit',
      page,
      prepare: (scripted) => {
        scripted.answer('GET /actors', { body: { actors: { [entry.actor]: { name: 'Ann', gone: false } } } });
        scripted.answer('GET /audit', ({ url }) => {
          asked.push(url.search);
          const older = url.searchParams.get('before') !== null;
          return {
            body: older
              ? { entries: [{ ...entry, sequence: 1, action: 'kiosk.created' }] }
              : { entries: [entry], next: 412 },
          };
        });
        scripted.answer('GET /audit/verification', {
          body: { intact: true, entries: 412, firstBroken: null, head: entry.hash },
        });
        scripted.answer(`GET /audit/erasures/${entry.subject}`, { body: proof });
      },
    });
    await tab.getByTestId('audit-entry').getByText('Ann', { exact: true }).waitFor();
    await tab.getByRole('button', { name: 'Show older ones' }).click();
    await tab.getByText('kiosk.created').waitFor();
    await tab.getByLabel('What', { exact: true }).selectOption('Users');
    await expect.poll(() => asked.at(-1)).toBe('?action=user');
    await tab.getByRole('button', { name: 'Verify' }).click();
    await tab.getByText('Intact: 412 entries').waitFor();
    await tab.getByRole('button', { name: 'Is this person gone?' }).first().click();
    await tab.getByText('Nothing is left of this person').waitFor();
    await tab.getByText('Tables: templates').waitFor();
    expect(await seriousViolations(tab)).toEqual([]);
    server.answer('GET /audit/verification', {
      body: { intact: false, entries: 412, firstBroken: 7, head: entry.hash },
    });
    await tab.getByRole('button', { name: 'Verify' }).click();
    await tab.getByText('Entry 7 was changed').waitFor();
    server.answer('GET /audit', problem('database-unavailable', 'The database cannot be reached.'));
    await tab.getByLabel('What', { exact: true }).selectOption('Kiosks');
    await tab.getByText('The database cannot be reached.').waitFor();
    expect(await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
});
