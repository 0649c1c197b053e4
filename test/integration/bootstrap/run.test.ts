import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { identify } from '../../../scripts/bootstrap/lock.mjs';
import { BootstrapError, onPath, outsideOf, run } from '../../../scripts/bootstrap/run.mjs';

const MODULE = new URL('../../../scripts/bootstrap/run.mjs', import.meta.url).href;

it('gives what the program printed', async () => {
  expect(await run({ command: 'sh', args: ['-c', 'echo out; echo err >&2'] })).toContain('out\n');
});

it('shows both ends of a long output when the program fails', async () => {
  const failing = run({ command: 'sh', args: ['-c', 'echo first; seq 1000; echo last; exit 3'] });
  await expect(failing).rejects.toThrow(BootstrapError);
  await expect(failing).rejects.toThrow(/failed \(exit code 3\):\n\nfirst\n1\n.*\n…\n.*\n1000\nlast$/s);
});

it('says so when the program is not there', async () => {
  await expect(run({ command: 'no-such-program', args: [] })).rejects.toThrow(/cannot be started/);
});

// Three processes and a signal on a busy machine: once in a while a step is seen too late.
it('ends the program and what that started when it is told to end itself', { retry: 3 }, async () => {
  const code = `
    import { run } from ${JSON.stringify(MODULE)};
    console.log(process.pid);
    await run({ command: 'sh', args: ['-c', 'sleep 60 & echo $! > /dev/stderr; wait'] }).catch((error) => {
      console.log(error.message);
    });
    await run({ command: 'true', args: [] }).catch((error) => console.log(error.message));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await expect.poll(() => childrenOf(child.pid).length).toBe(1);
  const [shell = 0] = childrenOf(child.pid);
  await expect.poll(() => childrenOf(shell).length).toBe(1);
  const [sleeper = 0] = childrenOf(shell);
  child.kill('SIGTERM');
  await once(child, 'exit');
  await expect
    .poll(() => [identify(shell), identify(sleeper)], { timeout: 10_000 })
    .toEqual([undefined, undefined]);
  expect(printed).toMatch(/Stopped by SIGTERM during sh .*Stopped by SIGTERM\./s);
});

it('finds programs on the PATH', () => {
  expect(onPath('sh')).toBe(true);
  expect(onPath('no-such-program')).toBe(false);
});

it("takes the project's own node_modules/.bin off the PATH, and nothing else", () => {
  const env = outsideOf(
    { PATH: '/app/node_modules/.bin:/usr/bin:/apps/node_modules/.bin', HOME: '/root' },
    '/app',
  );
  expect(env).toEqual({ PATH: '/usr/bin:/apps/node_modules/.bin', HOME: '/root' });
});

function childrenOf(pid = 0): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
