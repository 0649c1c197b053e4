// `npm run check`: everything about the code that can be told without running it.
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findCrossings } from './check/floors.ts';
import { type Check, runChecks } from './check/run-checks.ts';

const root = resolve(import.meta.dirname, '..');

const CHECKS: readonly Check[] = [
  {
    name: 'biome',
    about: 'format and lint',
    run: () => tool('biome', ['check', '--error-on-warnings', '.']),
  },
  { name: 'tsc', about: 'types', run: () => tool('tsc', ['--noEmit']) },
  { name: 'oxlint', about: 'lint that needs types', run: () => tool('oxlint', []) },
  {
    name: 'knip',
    about: 'nothing unused',
    run: () =>
      tool('knip', ['--config', 'config/knip.jsonc', '--no-progress', '--treat-config-hints-as-errors']),
  },
  { name: 'floors', about: 'who imports whom', run: checkFloors },
  {
    name: 'lock file',
    about: 'complete for every platform',
    run: () => tool('node', ['scripts/complete-lock.mjs', '--check']),
  },
];

process.exitCode = await runChecks(CHECKS, (line) => console.log(line));

/** Runs a tool of node_modules/.bin, which `npm run` has put on the PATH. */
async function tool(command: string, args: readonly string[]) {
  return new Promise<{ passed: boolean; output: string }>((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', fail);
    child.on('close', (status) => done({ passed: status === 0, output }));
  });
}

async function checkFloors() {
  const paths = globSync('{protocol,models,config,vault,server,client,workers}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['client/dist*'],
  });
  const files = paths.map((path) => ({ path, source: readFileSync(resolve(root, path), 'utf8') }));
  const crossings = findCrossings(files);
  return { passed: crossings.length === 0, output: crossings.join('\n') };
}
