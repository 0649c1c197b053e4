import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds on the page as it stands against WCAG A and AA, or serious: one line for each rule and element. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // By evaluate, because the page's content policy lets no foreign script in.
  await page.evaluate(axe.source);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter(
      ({ impact, tags }) =>
        impact === 'serious' || impact === 'critical' || tags.some((tag) => tag.startsWith('wcag')),
    )
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    );
}

/** The same, and how far the page is wider than the window. */
export async function findingsOf(page: Page): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [...(await seriousViolations(page)), ...(wide > 0 ? [`the page is ${wide} px too wide`] : [])];
}

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/**
 * The same wide and on a phone, light and dark; with `SCREENSHOTS` set to a folder also pictures of it.
 * @returns what was found, by how the page was looked at; empty when nothing was
 */
export async function findingsInAll(page: Page, name: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      // Without motion, because a button half-way to the other colours has the contrast of neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const what = `${name}-${size}-${colorScheme}`;
      if (process.env.SCREENSHOTS) {
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/${what}.png`, fullPage: true });
      }
      const findings = await findingsOf(page);
      if (findings.length > 0) found[what] = findings;
    }
  }
  return found;
}
