import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationResultSchema, evaluationsResponseSchema } from '../../protocol/evaluation.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeEvaluationFolder, spoilFolder } from '../support/evaluation-folder.ts';
import { facesMissing } from '../support/faces.ts';
import { startFacewireProcess, type TestServer } from '../support/facewire.ts';
import { waitFor } from '../support/wait-for.ts';

if (facesMissing) console.warn(`the test of the evaluation page is skipped: ${facesMissing}`);

const wider = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe.skipIf(facesMissing)('console: evaluation of a folder', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: ReturnType<typeof makeEvaluationFolder>;
  beforeAll(async () => {
    folder = makeEvaluationFolder({ people: 8, photos: 4 });
    spoilFolder(folder);
    [server, browser] = await Promise.all([startFacewireProcess(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder?.remove();
  });

  it('uploads it, shows progress, figures, plots and problems, and leaves no photo behind', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(server.links.console);
    await page.getByRole('link', { name: 'Evaluation' }).click();
    await page.getByText('No run yet').waitFor();
    await page.locator('input[type=file]').setInputFiles(folder.dir);
    expect(await page.getByTestId('folder-contents').textContent()).toContain('37 photos of 10 people');
    await page.getByLabel('Name of this run').fill('Entrance');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Upload and measure' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.getByTestId('evaluation-result').waitFor({ timeout: 90_000 });

    const figure = async (name: string) =>
      Number.parseFloat(
        (await page.getByTestId(`figure-${name}`).locator('.figure').first().textContent()) ?? '',
      );
    expect(await figure('rank1')).toBeGreaterThan(80);
    expect(await figure('failureToDetect')).toBeLessThan(10);
    expect(await page.getByTestId('plot').count()).toBe(3);
    const listed = (await page.getByTestId('evaluation-problems').textContent()) ?? '';
    expect(listed).toContain('_0098.jpg');
    expect(listed).toContain('are one name');
    expect(await seriousViolations(page)).toEqual([]);

    const download = async (name: string) => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).click(),
      ]);
      return readFileSync(await file.path(), 'utf8');
    };
    const result = evaluationResultSchema.parse(JSON.parse(await download('Figures (JSON)')));
    expect(result).toMatchObject({ images: 33, people: 8, pairs: 0, accuracy: null });
    const report = await download('Report (HTML)');
    expect(report).toContain('<h1>Entrance</h1>');
    expect(report).toContain('data:image/jpeg;base64,');

    const left = readdirSync(join(server.dataDir, 'evaluation'), { recursive: true });
    expect(left.filter((name) => !String(name).endsWith('uploads'))).toEqual([]);

    await page.setViewportSize({ width: 390, height: 844 });
    expect(await wider(page)).toBeLessThanOrEqual(0);
    await page.reload();
    await page.getByRole('button', { name: 'Show Entrance' }).click();
    await page.getByTestId('evaluation-result').waitFor();
    await page.getByRole('button', { name: 'Delete Entrance' }).click();
    await page.getByText('No run yet').waitFor();
    expect(problems).toEqual([]);
  }, 150_000);

  it('is measured by the command with the workers of the server that runs on the data folder', async () => {
    const environment = { ...process.env, DATA_DIR: server.dataDir };
    delete (environment as NodeJS.ProcessEnv).REDIS_URL;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['server/evaluation/main.ts', '--open-set', folder.dir, '--splits', '2'],
      { cwd: resolve(import.meta.dirname, '../..'), env: environment, timeout: 60_000 },
    );
    expect(stderr).toContain('1 worker of the running server');
    expect(stdout).toContain('Open set: 8 people');
    expect((await server.api('GET', '/readyz')).status).toBe(200);
  }, 90_000);

  it('takes one at a time, and deletes what was uploaded when it is cancelled', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(
      ((await (await server.api('POST', '/auth/links', { role: 'operator' })).json()) as { url: string }).url,
    );
    const begun = await server.api('POST', '/evaluations', { name: 'Elsewhere' });
    expect(begun.status).toBe(201);
    const { id } = (await begun.json()) as { id: string };
    const uploads = join(server.dataDir, 'evaluation/uploads');
    const form = new FormData();
    form.set('paths', '["Ann/1.jpg"]');
    form.append('photos', new Blob(['x']), '1.jpg');
    expect((await server.api('POST', `/evaluations/${id}/photos`, form)).status).toBe(200);
    expect(readdirSync(join(uploads, id))).toEqual(['0.sealed']);
    expect((await server.api('POST', '/evaluations', { name: 'Second' })).status).toBe(409);

    await page.goto(`${server.url}/console#/evaluation`);
    await page.getByText('“Elsewhere” is being uploaded').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Choose a folder' }).waitFor();
    await waitFor(() => readdirSync(uploads).length === 0, { what: 'the upload is gone' });
    expect((await server.api('POST', `/evaluations/${id}/start`)).status).toBe(404);
    expect(problems).toEqual([]);
  }, 60_000);

  it('says what is wrong with a folder of one person, and with a form without paths', async () => {
    const begun = await server.api('POST', '/evaluations', { name: 'Bad' });
    const { id } = (await begun.json()) as { id: string };
    const form = new FormData();
    form.append('photos', new Blob(['x']), '1.jpg');
    const refused = await server.api('POST', `/evaluations/${id}/photos`, form);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('one for each photo');
    form.set('paths', '["Ann/1.jpg"]');
    expect((await server.api('POST', `/evaluations/${id}/photos`, form)).status).toBe(200);
    expect((await server.api('POST', `/evaluations/${id}/start`)).status).toBe(202);
    const failed = await waitFor(
      async () => {
        const { evaluations } = evaluationsResponseSchema.parse(
          await (await server.api('GET', '/evaluations')).json(),
        );
        return evaluations.find((one) => one.id === id && one.state === 'failed');
      },
      { what: 'its failure' },
    );
    expect(failed.error).toContain('There is nothing to evaluate');
    expect((await fetch(`${server.url}/evaluations`)).status).toBe(401);
  });
});
