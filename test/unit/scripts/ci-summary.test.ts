import { expect, it } from 'vitest';
import { summarise } from '../../../scripts/ci-summary.mjs';

const report = { numPassedTests: 120, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };

it.each([
  ['all is well', { checks: 0, tests: 0, report }, '121 passed, 0 failed', 0],
  [
    'tests were skipped',
    { checks: 0, tests: 0, report: { ...report, numPendingTests: 4 } },
    '121 passed, 0 failed, 4 skipped',
    0,
  ],
  [
    'tests fail',
    { checks: 0, tests: 1, report: { ...report, numFailedTests: 2 } },
    '121 passed, 2 failed',
    2,
  ],
  ['a check fails', { checks: 1, tests: 0, report }, '120 passed, 1 failed', 1],
  ['a test file cannot be loaded', { checks: 0, tests: 1, report }, '121 passed, 1 failed', 1],
  ['the tests never ran', { checks: 0, tests: 1 }, '1 passed, 1 failed', 1],
])('when %s', (_, results, line, failed) => {
  expect(summarise(results)).toEqual({ line, failed });
});
