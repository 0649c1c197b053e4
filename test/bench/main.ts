import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BENCHES, FACES } from './reports.ts';

/**
 * `npm run bench -- [NAME] [--seconds N] [--json FILE]`:
 *
 * - `live`, and without a name: the live path against the bare model
 * - `training-interference`: with training between the crops against without
 * - `live-student`: what a student that was trained live gains for its camera (`--images DIR`)
 * - `poisoned-federation`: what one of five training workers that lies costs (`--images DIR`, `--seeds 1,2,3`)
 * - `console-streams`: what the page of the streams costs the browser (`--streams 30,64`, and `--against COMMIT` for the
 *   console of a commit in the same run)
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    json: { type: 'string' },
    streams: { type: 'string', default: '30,64' },
    against: { type: 'string' },
    images: { type: 'string', default: FACES },
    seeds: { type: 'string', default: '1,2,3' },
  },
});
const [name = 'live'] = positionals;
const bench = Object.entries(BENCHES).find(([each]) => each === name)?.[1];
if (!bench) throw new Error(`There is no bench "${name}". Give one of ${Object.keys(BENCHES).join(', ')}.`);
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 600)) throw new Error('--seconds takes 1 to 600');

const found = await bench({ ...values, seconds, against: values.against });
if (values.json) {
  writeFileSync(values.json, `${JSON.stringify(found, null, 2)}\n`);
  console.log(`\nwritten: ${values.json}`);
}
process.exit(0);
