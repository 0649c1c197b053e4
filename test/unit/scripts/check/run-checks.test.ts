import { expect, it } from 'vitest';
import { type Check, runChecks } from '../../../../scripts/check/run-checks.ts';

const passing: Check = { name: 'a', about: 'fine', run: async () => ({ passed: true, output: 'quiet' }) };
const failing: Check = { name: 'b', about: 'wrong', run: async () => ({ passed: false, output: 'why b\n' }) };
const broken: Check = {
  name: 'c',
  about: 'not installed',
  run: async () => Promise.reject(new Error('spawn c ENOENT')),
};

async function report(checks: readonly Check[]) {
  const lines: string[] = [];
  const exitCode = await runChecks(checks, (line) => lines.push(line));
  return { exitCode, lines: lines.map((line) => line.replace(/\d+\.\d s/, 'N s')) };
}

it('passes, with a line for each, when all pass', async () => {
  expect(await report([passing, passing])).toEqual({
    exitCode: 0,
    lines: ['ok     a: fine (N s)', 'ok     a: fine (N s)', 'all checks passed'],
  });
});

it('shows what every failed check has to say, one that cannot be started included', async () => {
  expect(await report([broken, passing, failing])).toEqual({
    exitCode: 1,
    lines: [
      'FAILED c: not installed (N s)',
      'Error: spawn c ENOENT',
      'ok     a: fine (N s)',
      'FAILED b: wrong (N s)',
      'why b',
      '2 of 3 checks failed',
    ],
  });
});
