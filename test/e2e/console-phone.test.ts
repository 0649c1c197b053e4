import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeBusy } from '../support/busy-console.ts';
import { CONSOLE_PAGES } from '../support/console-pages.ts';
import { type ConsoleScene, createConsoleScene } from '../support/console-scene.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** CSS pixels: the least of WCAG 2.2, 2.5.8. */
const LEAST_TARGET = 24;

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await createConsoleScene();
});
afterEach(() => scene.clear());
afterAll(() => scene.close());

describe('console: on a phone, by finger', () => {
  it.each(CONSOLE_PAGES.map((page) => [page.address, page] as const))('%s', async (_, page) => {
    const { page: tab, problems } = await scene.open({
      page: PHONE,
      prepare: makeBusy,
      hash: page.address === 'streams' ? '#/people' : '#/streams',
    });
    // By the bar below to the page, by a link or the address to what lies within it.
    const [main] = page.address.split('/');
    await tab.locator(`.nav__link[data-page=${main}]`).tap();
    if (main !== page.address) await tab.goto(`${tab.url().split('#')[0]}#/${page.address}`);
    await page.shown(tab).waitFor();
    const small = await tab.evaluate(
      (least) =>
        [...document.querySelectorAll<HTMLElement>('button, a[href], select, input:not([type=file])')]
          // A label is pressed for its box.
          .map((element) => ({ element, box: (element.closest('label') ?? element).getBoundingClientRect() }))
          // Links within a sentence are excepted by the criterion, and so is what nobody sees.
          .filter(({ element, box }) => box.width > 1 && !element.closest('p, li:not([class]), td'))
          .filter(({ box }) => box.height < least || box.width < least)
          .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width} × ${box.height}`),
      LEAST_TARGET,
    );
    expect(small).toEqual([]);
    if (page.action) {
      await page.action(tab).scrollIntoViewIfNeeded();
      // Fails where something lies over it, or it is off the screen.
      await page.action(tab).tap({ trial: true });
    }
    expect(problems).toEqual([]);
  });
});
