import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const HEARTBEAT_MS = 20_000;
const SHOWN_LINES = 40;
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Set once this process was told to end: the program that runs is ended, drafts are removed, nothing else begins.
 * @type {NodeJS.Signals | undefined} */
let stopped;

/** Says what is wrong and what to do; shown without a stack. */
export class BootstrapError extends Error {
  code = 'bootstrap';
}

/** @param {string} text */
export function say(text) {
  console.log(`bootstrap: ${text}`);
}

/**
 * Announces a step and tells how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  say(`${title} …`);
  const started = performance.now();
  const result = await work();
  say(`${title}: done in ${seconds(started)}`);
  return result;
}

/**
 * Runs a program without input. Its output is kept for the error message; every 20 s a line tells how far it is.
 * It gets a process group of its own, which ends with this process: an `npm ci` left behind would go on writing
 * where the next bootstrap starts.
 * @param {{ command: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} what it printed
 * @throws {BootstrapError} with the last lines of the output when it cannot be started or fails
 */
export function run({ command, args, cwd, env }) {
  const title = `${command} ${args.join(' ')}`;
  return new Promise((done, fail) => {
    if (stopped) return fail(new BootstrapError(`Stopped by ${stopped}.`));
    const started = performance.now();
    let output = '';
    /** @type {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable> | undefined} */
    let program;
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      stopped = signal;
      if (program?.pid) process.kill(-program.pid, signal);
    };
    // Before the program begins: a signal that came in between would end this process and leave that one.
    for (const signal of SIGNALS) process.on(signal, stop);
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    program = child;
    const heartbeat = setInterval(() => tellProgress(started, output), HEARTBEAT_MS);
    const settle = () => {
      clearInterval(heartbeat);
      for (const signal of SIGNALS) process.off(signal, stop);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
      });
    }
    child.on('error', (cause) => {
      settle();
      fail(new BootstrapError(`${title} cannot be started: ${cause.message}`));
    });
    child.on('close', (status, signal) => {
      settle();
      if (stopped) return fail(new BootstrapError(`Stopped by ${stopped} during ${title}.`));
      if (status === 0) return done(output);
      fail(
        new BootstrapError(
          `${title} failed (${signal ?? `exit code ${status}`}):\n\n${bothEnds(output, SHOWN_LINES)}`,
        ),
      );
    });
  });
}

/**
 * What a quick program prints, with its exit code; undefined where it is not there.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function ask(command, args, env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    timeout: 10_000,
  });
  return error ? undefined : { status, output: `${stdout}${stderr}` };
}

/**
 * Whether the PATH has an executable of that name.
 * @param {string} command
 */
export function onPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/**
 * The environment without the project's own node_modules/.bin on the PATH: npm must not run under a Node that it is
 * about to replace.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root
 */
export function outsideOf(env, root) {
  const own = resolve(root, 'node_modules');
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => !resolve(folder).startsWith(own));
  return { ...env, PATH: folders.join(delimiter) };
}

/** @param {number} started a reading of performance.now() */
function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

/**
 * @param {number} started a reading of performance.now()
 * @param {string} output
 */
function tellProgress(started, output) {
  const lastLine = output.trimEnd().split('\n').at(-1);
  say(`  ${seconds(started)}: ${lastLine || 'at work'}`);
}

/**
 * Some programs say first what is wrong, others last.
 * @param {string} text
 * @param {number} count
 */
function bothEnds(text, count) {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= count) return lines.join('\n');
  return [...lines.slice(0, count / 2), '…', ...lines.slice(-count / 2)].join('\n');
}
