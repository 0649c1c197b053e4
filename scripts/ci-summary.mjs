// `.ci/run` ends with it. usage: ci-summary.mjs EXIT_CODE_OF_CHECKS EXIT_CODE_OF_TESTS REPORT     ends with 1 when anything failed
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} Report */

/**
 * The closing line. The checks count as one test; so does a run of the tests that failed without a failed test, such
 * as one whose set-up broke off or whose file could not be loaded.
 * @param {{ checks: number, tests: number, report?: Report | undefined }} results exit codes, and what Vitest's JSON reporter wrote
 */
export function summarise({ checks, tests, report }) {
  const unexplained = tests !== 0 && !report?.numFailedTests ? 1 : 0;
  const passed = (report?.numPassedTests ?? 0) + (checks === 0 ? 1 : 0);
  const failed = (report?.numFailedTests ?? 0) + (checks === 0 ? 0 : 1) + unexplained;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  return { line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`, failed };
}

/**
 * @param {string} path
 * @returns {Report | undefined} undefined when the tests broke off before they wrote it
 */
function readReport(path) {
  try {
    /** @type {Report} */
    const report = JSON.parse(readFileSync(path, 'utf8'));
    return report;
  } catch {
    return undefined;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , checks, tests, path = ''] = process.argv;
  const { line, failed } = summarise({
    checks: Number(checks),
    tests: Number(tests),
    report: readReport(path),
  });
  console.log(`\n${line}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
