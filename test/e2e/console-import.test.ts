import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousViolations } from '../support/accessibility.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { makeEvaluationFolder } from '../support/evaluation-folder.ts';
import { facesMissing } from '../support/faces.ts';
import { startFacewireProcess, type TestServer } from '../support/facewire.ts';

if (facesMissing) console.warn(`the console's import is not tested: ${facesMissing}`);

const PEOPLE = 8;

describe.skipIf(facesMissing)('console: import of a folder', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: ReturnType<typeof makeEvaluationFolder>;

  beforeAll(async () => {
    folder = makeEvaluationFolder({ people: PEOPLE, photos: 2 });
    const [first, second] = folder.people as [string, string];
    cpSync(join(folder.dir, second), join(folder.dir, 'Twin'), { recursive: true });
    mkdirSync(join(folder.dir, 'Nobody'));
    writeFileSync(join(folder.dir, 'Nobody', 'broken.jpg'), 'this is no picture');
    writeFileSync(join(folder.dir, 'people.csv'), `name;external id;files\nFirst Person;E-1;${first}\n;;x\n`);
    server = await startFacewireProcess();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder?.remove();
  });

  test('enrols everybody, is stopped by a reload, goes on, and reports', async () => {
    const { page, problems, close } = await openPage(browser);
    const link = (await (await server.api('POST', '/auth/links', { role: 'operator' })).json()) as {
      url: string;
    };
    await page.goto(link.url);
    await page.getByRole('navigation').waitFor();
    await page.goto(`${server.url}/console#/enrol`);
    await page.getByRole('link', { name: 'Import many people' }).click();
    const choose = async () => {
      await page.getByRole('heading', { name: 'Import people' }).waitFor();
      await page.locator('input[type=file]').setInputFiles(folder.dir);
      await page.getByTestId('import-plan').waitFor();
      await page.getByLabel('Take the largest face').check();
      await page.getByRole('button', { name: 'Import', exact: true }).click();
    };
    await choose();
    await page.getByTestId('imported').nth(1).waitFor({ timeout: 30_000 });
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await choose();
    await page.getByText(`${PEOPLE + 2} people, ${2 * PEOPLE + 3} photos`).waitFor();
    await page.getByRole('button', { name: 'Choose a folder' }).waitFor({ timeout: 60_000 });
    const outcomes = await page
      .getByTestId('imported')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.outcome));
    const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
    expect(count('already-there')).toBeGreaterThan(0);
    expect(count('refused')).toBe(1);
    const counts = await page.getByTestId('import-counts').textContent();
    expect(counts).toContain(`Enrolled ${count('enrolled')}`);
    expect(counts).toContain(`Already there ${count('already-there')}`);
    expect(count('failed')).toBe(0);
    const { total } = (await (await server.api('GET', '/people')).json()) as { total: number };
    expect(total).toBe(count('enrolled') + count('already-there'));
    expect(count('likely-duplicate')).toBeGreaterThan(0);
    await page.getByText('people.csv:3').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the report' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('import-report.json');
    expect(problems).toEqual([]);
    await close();
  }, 120_000);

  test('plans by paths below the folder only', async () => {
    const plan = (paths: unknown) => {
      const form = new FormData();
      form.append('paths', new File([JSON.stringify(paths)], 'paths.json'));
      return server.api('POST', '/imports/plan', form);
    };
    expect((await plan(['../etc/1.jpg'])).status).toBe(422);
    expect((await plan('no list')).status).toBe(422);
    expect(await (await plan(['Ann_Archer/1.jpg'])).json()).toEqual({
      people: [{ key: 'Ann_Archer', name: 'Ann Archer', photos: ['Ann_Archer/1.jpg'] }],
      problems: [],
    });
  });
});
