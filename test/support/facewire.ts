import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Links } from '../../server/links.ts';
import { preparedFolder } from './database.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 90_000;

/** A real server process with its own data folder, as `npm start` runs it. */
export type TestServer = {
  url: string;
  links: Links;
  dataDir: string;
  process: ChildProcess;
  /** Everything that it printed. */
  log(): string;
  /** A request with the API key; a JSON body, or a form. */
  api(method: string, path: string, body?: FormData | Record<string, unknown>): Promise<Response>;
  /** A one-time link for one more kiosk. */
  addKiosk(name: string): Promise<{ id: string; url: string }>;
  /** Orderly by SIGTERM. @returns the exit code */
  stop(): Promise<number | null>;
};

/** @param options.dataDir an existing folder, which is then left in place */
export async function startFacewireProcess(
  options: { environment?: Record<string, string>; dataDir?: string } = {},
): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'facewire-test-'));
  if (!options.dataDir) cpSync(await preparedFolder(), dataDir, { recursive: true });
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const gone = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const stop = async () => {
    child.kill('SIGTERM');
    const code = await gone;
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    return code;
  };
  try {
    await new Promise<void>((ready, fail) => {
      const timer = setTimeout(() => fail(new Error(`the server did not start:\n${log}`)), START_TIMEOUT_MS);
      const take = (chunk: Buffer) => {
        log += chunk.toString();
        if (!log.includes('Facewire is ready')) return;
        clearTimeout(timer);
        ready();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('exit', (code) => {
        clearTimeout(timer);
        fail(new Error(`the server ended with code ${code}:\n${log}`));
      });
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const links = JSON.parse(readFileSync(join(dataDir, 'links.json'), 'utf8')) as Links;
  const url = new URL(links.console).origin;
  const api: TestServer['api'] = (method, path, body) => {
    const isForm = body instanceof FormData;
    return fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${links.apiKey}`,
        ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    });
  };
  return {
    url,
    links,
    dataDir,
    process: child,
    log: () => log,
    api,
    addKiosk: async (name) =>
      (await (await api('POST', '/kiosks', { name })).json()) as { id: string; url: string },
    stop,
  };
}

/** Enrols a person by photo files. @throws with the server's answer when it is not 201 */
export async function enrol(
  server: TestServer,
  name: string,
  photos: readonly string[],
): Promise<{ id: string; name: string }> {
  const form = new FormData();
  form.set('name', name);
  for (const path of photos) form.append('photos', new Blob([readFileSync(path)]), path.split('/').at(-1));
  const response = await server.api('POST', '/enroll', form);
  if (response.status !== 201) throw new Error(`POST /enroll ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { person: { id: string; name: string } }).person;
}
