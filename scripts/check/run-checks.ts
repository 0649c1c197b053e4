export type Check = {
  name: string;
  about: string;
  run: () => Promise<{ passed: boolean; output: string }>;
};

/**
 * Runs all checks at once, and prints a line for each in their order, with what a failed one has to say.
 * @returns the exit code: 1 when any failed
 */
export async function runChecks(checks: readonly Check[], print: (line: string) => void): Promise<0 | 1> {
  const results = checks.map(async ({ name, about, run }) => {
    const started = performance.now();
    const result = await run().catch((error: unknown) => ({ passed: false, output: String(error) }));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return { ...result, line: `${result.passed ? 'ok    ' : 'FAILED'} ${name}: ${about} (${seconds} s)` };
  });
  let failed = 0;
  for (const result of results) {
    const { passed, output, line } = await result;
    print(line);
    if (passed) continue;
    failed += 1;
    print(output.trim());
  }
  print(failed === 0 ? 'all checks passed' : `${failed} of ${checks.length} checks failed`);
  return failed === 0 ? 0 : 1;
}
