import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeBusy } from '../support/busy-console.ts';
import { type ConsoleScene, createConsoleScene, uuid } from '../support/console-scene.ts';
import { waitFor } from '../support/wait-for.ts';

/** What has the focus: its name, or its text. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
  });

describe('console: the keyboard', () => {
  let scene: ConsoleScene;
  beforeAll(async () => {
    scene = await createConsoleScene();
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  it('goes to every page by g and a letter of its own', async () => {
    const { page, problems } = await scene.open({ prepare: makeBusy, hash: '#/people' });
    const links = await page.locator('.nav__link').all();
    const keys = await Promise.all(links.map((link) => link.getAttribute('aria-keyshortcuts')));
    expect(keys.filter((key) => !/^g [a-z]$/.test(key ?? ''))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
    await page.keyboard.type('gi');
    await page.getByRole('heading', { name: 'Who is this?' }).waitFor();
    expect(await focused(page)).toBe('Who is this?');
    await page.keyboard.type('gp');
    await page.getByTestId('person').first().waitFor();
    // In a field a letter is a letter.
    await page.keyboard.press('/');
    await page.keyboard.type('ge');
    expect(await page.getByRole('searchbox').inputValue()).toBe('ge');
    expect(new URL(page.url()).hash).toBe('#/people');
    expect(problems).toEqual([]);
  });

  it('goes from the search through the rows and back', async () => {
    const { page } = await scene.open({ prepare: makeBusy, hash: '#/people' });
    await page.getByTestId('person').nth(1).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('Person 2');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    expect(await page.getByLabel('Choose Person 2').isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Person 2', level: 1 }).waitFor();
    await page.keyboard.press('b');
    await page.getByTestId('person').nth(1).waitFor();
  });

  it('lists the keys of the page that is open, and gives the focus back', async () => {
    const { page, problems } = await scene.open({ prepare: makeBusy, hash: `#/people/${uuid(1002)}` });
    const merge = page.getByRole('button', { name: 'Merge', exact: true });
    await merge.focus();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await help.getByText('Merge with somebody').waitFor();
    await help.getByText('Go to a page').waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await waitFor(async () => (await focused(page)) === 'Merge', { what: 'the focus to come back' });
    await page.keyboard.press('m');
    await page.getByRole('dialog', { name: 'Merge Person 2 with' }).waitFor();
    // A key of the page does nothing behind a dialog.
    await page.keyboard.press('Escape');
    await page.keyboard.type('gp');
    await page.getByTestId('person').first().waitFor();
    await page.keyboard.press('?');
    await help.getByText('Choose the person in focus').waitFor();
    expect(await help.getByText('Merge with somebody').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
