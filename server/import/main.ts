/** `npm run import`: enrols many people from a folder, a table, or both. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../../config/load.ts';
import { createProgressBar } from '../command/progress.ts';
import { runCommand } from '../command/run-command.ts';
import { linkToServer, ServerError } from '../command/server-link.ts';
import { HELP, type ImportOptions, readArguments } from './cli/arguments.ts';
import { runImport } from './cli/run-import.ts';
import { describeReport } from './cli/table.ts';
import { listPeople, type OnProblem } from './people-list.ts';
import { PeopleTableError, readPeopleTable } from './people-table.ts';
import { readImportFolder } from './read-folder.ts';
import { createReport } from './report.ts';

/** Errors whose message says all that the person at the terminal needs. */
const EXPLAINED = ['arguments', 'config', 'server', 'import'];
/** Exit status when it went through, and somebody is not enrolled. */
const SOME_MISSING = 3;

async function main(stop: AbortSignal): Promise<number | undefined> {
  const options = readArguments(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return undefined;
  }
  const report = createReport();
  const { root, people } = await readPeople(options, report.problem);
  if (people.length === 0) {
    throw new PeopleTableError(
      `There is nobody to import in ${options.dir}: no folder of photos (DIR/PERSON/*.jpg), no table (DIR/*.csv).`,
    );
  }
  if (options['dry-run']) return tellPlan(people, report);

  const dataDir = resolve(loadConfig(process.env).DATA_DIR);
  const server = linkToServer({ dataDir });
  if (!server) {
    throw new ServerError(
      `No server has run on ${dataDir}. Start it with npm start; DATA_DIR names its folder.`,
    );
  }
  // A server that goes away later is waited for; one that is not there is told at once.
  await server.ask(z.unknown(), { method: 'GET', path: '/healthz', signal: stop });
  console.error(`${people.length} people, ${photosOf(people)} photos`);
  const bar = createProgressBar(process.stderr, 'people');
  let complete = false;
  try {
    await runImport({
      server,
      root,
      people,
      how: { duplicates: options.duplicates, face: options.face },
      atOnce: options['at-once'],
      signal: stop,
      onImported: report.add,
      onProgress: (progress) => bar.update(progress),
    });
    complete = true;
  } finally {
    bar.end();
    const finished = report.finish({ complete });
    console.log(`\n${describeReport(finished)}\n`);
    if (options.report) {
      writeFileSync(options.report, `${JSON.stringify(finished, null, 2)}\n`, { mode: 0o600 });
      console.log(`The report is ${options.report}.`);
    }
  }
  const { counts } = report.finish({ complete });
  return counts['likely-duplicate'] + counts.refused + counts.failed > 0 ? SOME_MISSING : 0;
}

async function readPeople({ dir, table }: ImportOptions, onProblem: OnProblem) {
  const { root, paths, tables } = await readImportFolder({ dir, onProblem });
  const rows = (table ? [table] : tables.map((path) => join(root, path))).flatMap((file) =>
    readPeopleTable({ text: readFileSync(file, 'utf8'), origin: basename(file), onProblem }),
  );
  return { root, people: listPeople({ paths, rows, onProblem }) };
}

function tellPlan(
  people: Awaited<ReturnType<typeof readPeople>>['people'],
  report: ReturnType<typeof createReport>,
) {
  for (const { name, externalId, photos } of people) {
    console.log(`${name}${externalId ? ` (${externalId})` : ''}: ${photos.length} photos`);
  }
  console.log(
    `\n${people.length} people, ${photosOf(people)} photos. Nobody was enrolled: this was a dry run.`,
  );
  for (const { subject, message } of report.finish({ complete: false }).problems) {
    console.log(`  ${subject} ${message}`);
  }
  return undefined;
}

function photosOf(people: readonly { photos: readonly string[] }[]): number {
  return people.reduce((sum, { photos }) => sum + photos.length, 0);
}

await runCommand({
  main,
  explained: EXPLAINED,
  stopped: 'Stopped. Who is enrolled stays enrolled; the same command goes on from there.',
});
