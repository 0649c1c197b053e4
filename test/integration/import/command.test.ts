import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Imported, importReportSchema } from '../../../protocol/imports.ts';
import { peopleResponseSchema } from '../../../protocol/rest.ts';
import { makeEvaluationFolder } from '../../support/evaluation-folder.ts';
import { facesMissing } from '../../support/faces.ts';
import { startFacewireProcess, type TestServer } from '../../support/facewire.ts';
import { waitFor } from '../../support/wait-for.ts';

if (facesMissing) console.log(`skipped: import of a folder, because there are ${facesMissing}`);

const ROOT = resolve(import.meta.dirname, '../../..');
const PEOPLE = 24;

type Command = { process: ChildProcess; output(): string; exited: Promise<number | null> };

/** Starts the command as `npm run import` does. */
function runImport(dataDir: string, args: readonly string[]): Command {
  const child = spawn(process.execPath, ['server/import/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  return { process: child, output: () => output, exited };
}

describe.skipIf(facesMissing)(`the command import (${facesMissing ?? 'with photographs'})`, () => {
  let folder: ReturnType<typeof makeEvaluationFolder>;
  let server: TestServer;
  const file = (...parts: string[]) => join(folder.dir, ...parts);
  const enrolled = async () =>
    peopleResponseSchema.parse(await (await server.api('GET', '/people?limit=500')).json());
  const untilEnrolled = (count: number) =>
    waitFor(async () => (await enrolled()).total >= count || undefined, {
      what: `${count} people enrolled`,
      timeoutMs: 60_000,
    });

  beforeAll(async () => {
    folder = makeEvaluationFolder({ people: PEOPLE, photos: 2 });
    server = await startFacewireProcess();
  });
  afterAll(async () => {
    await server?.stop();
    folder?.remove();
  });

  it('goes on after kill -9 and after Ctrl-C, enrols nobody twice, and reports on everybody', async () => {
    const [first, second, third] = folder.people as [string, string, string];
    // What can be wrong: a picture that is none, a folder with nothing of use, somebody a second time, links.
    writeFileSync(file(first, 'notes.jpg'), 'this is no picture');
    mkdirSync(file('Nobody'));
    writeFileSync(file('Nobody', 'broken.jpg'), 'nor is this');
    cpSync(file(second), file('Twin_Of_Second'), { recursive: true });
    symlinkSync('/etc', file('elsewhere'));
    symlinkSync(file(third), file(third, 'round'));
    writeFileSync(
      file('people.csv'),
      `name,external id,consent,files\nThird Person,E-3,yes,${third}\nOutsider,E-4,,../../etc/passwd\n`,
    );
    const report = join(server.dataDir, 'report.json');
    const args = [folder.dir, '--face', 'largest', '--report', report];

    const killed = runImport(server.dataDir, args);
    await untilEnrolled(4);
    killed.process.kill('SIGKILL');
    await killed.exited;

    const stopped = runImport(server.dataDir, args);
    await untilEnrolled(10);
    stopped.process.kill('SIGINT');
    expect(await stopped.exited, stopped.output()).toBe(130);
    expect(stopped.output()).toContain('goes on from there');
    const partial = importReportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    expect(partial.complete).toBe(false);
    expect(partial.counts['already-there']).toBeGreaterThan(0);
    expect(partial.people.length).toBeLessThan(PEOPLE);

    const last = runImport(server.dataDir, args);
    expect(await last.exited, last.output()).toBe(3);
    const { complete, people, counts, problems } = importReportSchema.parse(
      JSON.parse(readFileSync(report, 'utf8')),
    );
    expect(complete).toBe(true);
    // Folders of people, one of them by the table; the twin; nobody; and who has no photo within the folder.
    expect(people).toHaveLength(PEOPLE + 3);
    const { total, people: stored } = await enrolled();
    expect(total).toBe(counts.enrolled + counts['already-there']);
    expect(new Set(stored.map(({ name }) => name)).size).toBe(total);
    const of = (name: string) => people.find((person) => person.name === name) as Imported;
    // Either of two who look alike may come first; the other is told to be a duplicate.
    const twins = [of('Twin Of Second'), of(second.replaceAll('_', ' '))];
    expect(twins.filter(({ outcome }) => outcome === 'likely-duplicate')).toHaveLength(1);
    expect(of('Nobody')).toMatchObject({ outcome: 'refused', refused: [{ reason: 'unreadable' }] });
    expect(of('Outsider')).toMatchObject({
      outcome: 'refused',
      message: 'There is no photo of this person.',
    });
    expect(stored.find(({ name }) => name === 'Third Person')).toMatchObject({
      externalId: 'E-3',
      consent: true,
      templates: 2,
    });
    expect(problems).toContainEqual({
      subject: 'elsewhere',
      message: 'is a link that leads out of the folder, or nowhere. It is passed over.',
    });
    expect(problems.some(({ message }) => message.includes('../../etc/passwd'))).toBe(true);
    for (const text of ['Nobody', 'likely duplicates', 'Seems to be', 'elsewhere']) {
      expect(last.output()).toContain(text);
    }

    const again = runImport(server.dataDir, [...args, '--duplicates', 'allow']);
    expect(await again.exited, again.output()).toBe(3);
    expect((await enrolled()).total).toBe(total + counts['likely-duplicate']);
  }, 150_000);

  it('finds whoever was merged, and imports anew whoever was erased', async () => {
    const { people } = await enrolled();
    const third = people.find(({ externalId }) => externalId === 'E-3')?.id as string;
    const [other, erased] = people.filter(({ externalId }) => externalId === null).map(({ id }) => id);
    expect((await server.api('POST', `/people/${other}/merge`, { into: third })).status).toBe(200);
    expect((await server.api('DELETE', `/people/${erased}`)).status).toBe(200);
    const run = runImport(server.dataDir, [folder.dir, '--face', 'largest', '--duplicates', 'allow']);
    expect(await run.exited, run.output()).toBe(3);
    expect(run.output()).toMatch(/ enrolled +1\n/);
    expect((await enrolled()).total).toBe(people.length - 1);
  }, 60_000);

  it.each([
    [[], 'Give the folder of the people'],
    [['/nowhere'], 'DIR: /nowhere is not a folder'],
    [[ROOT, '--at-once', 'many'], '--at-once takes a whole number from 1 to 32'],
    [[ROOT, '--duplicates', 'perhaps'], '--duplicates takes skip or allow'],
    [[ROOT, '--fast'], "Unknown option '--fast'"],
    [[join(ROOT, 'config')], 'There is nobody to import'],
  ])('%j ends with 1 and says why', async (wrong, message) => {
    const command = runImport(server.dataDir, wrong);
    expect(await command.exited).toBe(1);
    expect(command.output()).toContain(message);
  });

  it('tells whom it would import, and where no server has run', async () => {
    const dry = runImport(server.dataDir, [folder.dir, '--dry-run']);
    expect(await dry.exited).toBe(0);
    expect(dry.output()).toContain('Third Person (E-3): 2 photos');
    const lost = runImport(folder.dir, [folder.dir]);
    expect(await lost.exited).toBe(1);
    expect(lost.output()).toContain('No server has run');
  });
});
