import { STAGES, type Stage } from '../../protocol/stages.ts';
import { launchBrowser } from '../support/browser.ts';
import { startFacewireProcess } from '../support/facewire.ts';
import { openWire } from '../support/wire-driver.ts';
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
  const { count, everyMs } = options;
  const server = await startFacewireProcess({ environment: { LOG_LEVEL: 'warn', CROPS_PER_SECOND: '1000' } });
  const browser = await launchBrowser();
  try {
    const { wire } = await openWire({ browser, server, kioskLink: server.links.kiosk });
    const jpegs = (await benchCrops(50)).map((crop) => crop.toString('base64'));
    const send = (n: number) =>
      wire.evaluate((driver, argument) => driver.sendCrops(argument), { jpegs, count: n, everyMs });
    await send(30);
    const answers = await send(count);
    const stages: Live['stages'] = {};
    for (const stage of STAGES) {
      const values = answers.flatMap(({ label }) => label.stages[stage] ?? []);
      if (values.length > 0) stages[stage] = summarise(values);
    }
    return { cropToLabel: summarise(answers.map(({ ms }) => ms)), sent: count, stages };
  } finally {
    await browser.close();
    await server.stop();
  }
}
