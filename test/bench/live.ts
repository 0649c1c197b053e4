import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { STAGES, type Stage, type StageTimings } from '../../protocol/stages.ts';
import { launchBrowser } from '../support/browser.ts';
import { startFacewireProcess } from '../support/facewire.ts';
import { benchCrops } from './crops.ts';
import { type Summary, summarise } from './table.ts';

export type Live = {
  /** ms from the crop's send in the browser to its label's arrival there. */
  cropToLabel: Summary;
  sent: number;
  stages: Partial<Record<Stage, Summary>>;
};

/** One kiosk in a real browser, the whole real path, one crop every `everyMs`. */
export async function benchLive(options: { count: number; everyMs: number }): Promise<Live> {
  const server = await startFacewireProcess({ environment: { LOG_LEVEL: 'warn', CROPS_PER_SECOND: '1000' } });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    // A page of the server's own origin that holds the driver alone.
    const script = await bundleDriver();
    await page.route('**/bench', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
    );
    await page.goto(`${server.url}/bench`);
    const code = new URL(server.links.kiosk).hash.slice('#code='.length);
    await page.evaluate(async (value) => {
      const headers = { 'content-type': 'application/json' };
      await fetch('/auth/code', { method: 'POST', headers, body: JSON.stringify({ code: value }) });
    }, code);
    await page.addScriptTag({ content: script });
    const crops = (await benchCrops(50)).map((crop) => crop.toString('base64'));
    const run = (count: number) =>
      page.evaluate((argument) => (globalThis as unknown as { drive: Drive }).drive(argument), {
        crops,
        count,
        everyMs: options.everyMs,
      });
    await run(30);
    const answers = await run(options.count);
    const stages: Live['stages'] = {};
    for (const stage of STAGES) {
      const values = answers.flatMap((answer) => answer.stages[stage] ?? []);
      if (values.length > 0) stages[stage] = summarise(values);
    }
    return { cropToLabel: summarise(answers.map(({ ms }) => ms)), sent: options.count, stages };
  } finally {
    await browser.close();
    await server.stop();
  }
}

type Drive = (options: {
  crops: string[];
  count: number;
  everyMs: number;
}) => Promise<{ ms: number; stages: StageTimings }[]>;

async function bundleDriver(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'facewire-bench-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      lib: {
        entry: join(import.meta.dirname, 'driver.ts'),
        formats: ['iife'],
        name: 'bench',
        fileName: () => 'driver.js',
      },
    },
  });
  const script = readFileSync(join(outDir, 'driver.js'), 'utf8');
  rmSync(outDir, { recursive: true });
  return script;
}
