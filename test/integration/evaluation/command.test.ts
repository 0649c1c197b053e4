import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationResultSchema } from '../../../protocol/evaluation.ts';
import { makeEvaluationFolder, spoilFolder } from '../../support/evaluation-folder.ts';
import { facesMissing } from '../../support/faces.ts';
import { waitFor } from '../../support/wait-for.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

type Command = { process: ChildProcess; pid: number; output(): string; exited: Promise<number | null> };

/** Starts the command as `npm run evaluate` does. */
function evaluate(dataDir: string, args: readonly string[]): Command {
  const environment = { ...process.env, DATA_DIR: dataDir, PROVIDER: 'cpu' };
  delete (environment as NodeJS.ProcessEnv).REDIS_URL;
  const child = spawn(process.execPath, ['server/evaluation/main.ts', ...args], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return { process: child, pid: child.pid as number, output: () => output, exited };
}

/** Processes whose command line has `text` and that `parent` started, or that lost their parent. */
function children(parent: number): { pid: number; command: string }[] {
  const list = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim();
  return list === ''
    ? []
    : list.split(' ').map((pid) => ({
        pid: Number(pid),
        command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(facesMissing)(`the command evaluate (${facesMissing ?? 'with photographs'})`, () => {
  let folder: ReturnType<typeof makeEvaluationFolder>;
  let dataDir: string;
  let args: string[];
  const file = (name: string) => join(dataDir, name);
  const journalled = () => {
    const dir = file('evaluation');
    const names = readdirSync(dir, { withFileTypes: true }).filter(({ name }) => name.endsWith('.journal'));
    return names.reduce((sum, { name }) => sum + statSync(join(dir, name)).size, 0);
  };
  const grown = (bytes: number) =>
    waitFor(() => (journalled() > bytes ? journalled() : undefined), {
      what: 'records in the journal',
      timeoutMs: 60_000,
    });

  beforeAll(() => {
    folder = makeEvaluationFolder({ people: 10, photos: 4 });
    spoilFolder(folder);
    dataDir = mkdtempSync(join(tmpdir(), 'facewire-evaluate-'));
    const pairs = [String(folder.pairs.length / 2), ...folder.pairs, 'half a line', 'Nobody_Here\t1\t2'];
    writeFileSync(file('pairs.txt'), pairs.join('\n'));
    const kept = ['--json', file('result.json'), '--report', file('report')];
    const read = ['--images', folder.dir, '--pairs', file('pairs.txt'), '--open-set', folder.dir];
    args = [...read, ...kept, '--workers', '2', '--splits', '3'];
  });
  afterAll(() => {
    folder?.remove();
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  it('goes on after kill -9, after Ctrl-C and after a worker’s death, and tells what is wrong', async () => {
    const killed = evaluate(dataDir, args);
    await waitFor(() => killed.output().includes('2 workers of its own') || undefined, {
      what: 'workers',
      timeoutMs: 60_000,
    });
    const afterKill = await grown(40_000);
    killed.process.kill('SIGKILL');
    await killed.exited;

    const stopped = evaluate(dataDir, args);
    await grown(afterKill + 40_000);
    const started = children(stopped.pid);
    expect(started.filter(({ command }) => command.includes('workers/main.ts'))).toHaveLength(2);
    stopped.process.kill('SIGINT');
    expect(await stopped.exited, stopped.output()).toBe(130);
    expect(stopped.output()).toContain('goes on from there');
    expect(started.filter(({ pid }) => isAlive(pid))).toEqual([]);
    const afterStop = journalled();

    const last = evaluate(dataDir, args);
    await grown(afterStop);
    const worker = children(last.pid).find(({ command }) => command.includes('workers/main.ts'));
    if (!worker) throw new Error(`no worker runs:\n${last.output()}`);
    process.kill(worker.pid, 'SIGKILL');
    expect(await last.exited, last.output()).toBe(0);

    const result = evaluationResultSchema.parse(JSON.parse(readFileSync(file('result.json'), 'utf8')));
    expect(result.resumed).toBeGreaterThan(6);
    expect(result.resumed).toBeLessThan(result.images);
    expect(result).toMatchObject({ images: 41, pairs: 40, model: 'mobilefacenet-192', people: 10 });
    expect(result.accuracy).toBeGreaterThan(0.9);
    expect(result.auc).toBeGreaterThan(0.95);
    expect(result.failureToDetect).toBeLessThan(0.1);
    expect(result.rank1).toBeGreaterThan(0.8);
    expect(result.openSet?.map(({ enrolled, frames }) => [enrolled, frames])).toEqual([
      [1, 1],
      [1, 3],
      [3, 1],
    ]);
    expect(result.openSet?.[0]).toMatchObject({ gallerySize: 5, probes: 15, strangers: 15 });

    const subjects = (kind: string) =>
      result.problems.listed.filter((problem) => problem.kind === kind).map(({ subject }) => subject);
    const first = folder.people[0];
    expect(subjects('broken-file').sort()).toEqual([
      `${first}/${first}_0098.jpg`,
      `${first}/${first}_0099.jpg`,
    ]);
    expect(subjects('same-picture')).toEqual([`${first}/${first}_0097.jpg`]);
    expect(subjects('missing-image')).toEqual([
      'Nobody_Here/Nobody_Here_0001',
      'Nobody_Here/Nobody_Here_0002',
    ]);
    expect(subjects('malformed-line')).toEqual(['pairs.txt:42', 'pairs.txt:1']);
    expect(subjects('same-name')).toHaveLength(2);
    expect(subjects('empty-folder')).toEqual(['Nobody']);
    expect(last.output()).toContain('accuracy');
    for (const { subject } of result.problems.listed) expect(last.output()).toContain(subject);

    const report = readFileSync(join(file('report'), 'index.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>/);
    expect(report).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect(report.match(/<svg /g)?.length).toBeGreaterThanOrEqual(6);
    // Nothing readable is left of the photographs.
    const journal = readdirSync(file('evaluation')).find((name) => name.endsWith('.journal')) as string;
    expect(readFileSync(join(file('evaluation'), journal)).includes('embedding')).toBe(false);
  }, 150_000);

  it.each([
    [['--pairs', 'x'], '--pairs needs --images'],
    [[], 'nothing to measure'],
    [['--open-set', '/nowhere'], '/nowhere is not a folder'],
    [['--open-set', ROOT, '--wrokers', '3'], "Unknown option '--wrokers'"],
    [['--open-set', ROOT, '--workers', 'many'], '--workers takes a whole number from 1 to 64'],
    [['--open-set', ROOT, '--model', 'none-such'], 'There is no model "none-such"'],
    [['--open-set', join(ROOT, 'docs')], 'There is nothing to evaluate'],
  ])('%j ends with 1 and says why', async (wrong, message) => {
    const command = evaluate(dataDir, wrong);
    expect(await command.exited).toBe(1);
    expect(command.output()).toContain(message);
  });
});
