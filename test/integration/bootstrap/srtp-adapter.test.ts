import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { onPath } from '../../../scripts/bootstrap/run.mjs';

const execute = promisify(execFile);
const include = resolve(
  import.meta.dirname,
  '../../../scripts/mediasoup-worker/subprojects/libsrtp3/include',
);
const missing = [
  ...(onPath('g++') ? [] : ['g++']),
  ...(existsSync('/usr/include/srtp2/srtp.h') ? [] : ['libsrtp2-dev']),
];
if (missing.length > 0) {
  console.log(
    `The SRTP adapter is not tested here: ${missing.join(' and ')} is missing; the worker is a prebuilt one.`,
  );
}

it.skipIf(missing.length > 0)(
  "the adapter gives libsrtp's reference vectors, and its own packets back, in every profile",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'srtp-adapter-'));
    try {
      const program = join(folder, 'srtp-adapter');
      const source = join(import.meta.dirname, 'srtp-adapter.cpp');
      const options = ['-std=c++20', '-O1', '-Wall', '-Wextra', '-Werror', `-I${include}`];
      await execute('g++', [...options, source, '-lsrtp2', '-o', program]);
      const { stdout } = await execute(program);
      expect(stdout.trim().split('\n')).toHaveLength(11);
      expect(stdout).toMatch(/all passed\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
