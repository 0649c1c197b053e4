/** `npm run models`: which models there are, and which one serves. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../config/load.ts';
import { addedModelsDir, findModel, type ModelLibrary, openLibrary } from '../../models/registry.ts';
import type { ModelSwitchStatus } from '../../protocol/models.ts';
import { createProgressBar } from '../command/progress.ts';
import { ServerError } from '../command/server-link.ts';
import { addUnknownModel } from './add-unknown.ts';
import { type Command, CommandError, HELP, readCommand, readDescription } from './command.ts';
import { copyModel, fetchModel, fingerprint } from './model-files.ts';
import { describeModels, describeSwitch } from './model-table.ts';
import { createFileChecker, describeModel } from './models.ts';
import { findServer, type RunningServer } from './running-server.ts';

/** Errors whose message says all that the person at the terminal needs. */
const EXPLAINED = [
  'arguments',
  'config',
  'server',
  'model-install',
  'model-unknown',
  'model-missing',
  'model-damaged',
  'manifest-invalid',
];
const LOOK_MS = 500;

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  if (command.name === 'help') return console.log(HELP);
  const dataDir = resolve(loadConfig(process.env).DATA_DIR);
  const library = openLibrary({ dataDir });
  switch (command.name) {
    case 'list':
      return list({ library, server: findServer({ dataDir }) });
    case 'pull': {
      const entry = findModel({ manifest: library.manifest, task: 'embed', name: command.model });
      if (!entry.optional)
        return console.log(`${entry.name} comes with the project; there is nothing to fetch.`);
      const place = await fetchModel({ entry, folder: addedModelsDir(dataDir) });
      return console.log(
        `${entry.name} is in place: ${place}. To have it serve: npm run models -- use ${entry.name}`,
      );
    }
    case 'add':
      return add({ command, library, folder: addedModelsDir(dataDir) });
    default: {
      const server = findServer({ dataDir });
      if (!server) {
        throw new ServerError(
          `No server has run on ${dataDir}. Start it with npm start; DATA_DIR names its folder.`,
        );
      }
      if (command.name === 'use') return use(server, command);
      const { switch: now } = command.name === 'cancel' ? await server.cancel() : await server.models();
      return console.log(command.name === 'cancel' ? 'Cancelled.' : describeSwitch(now));
    }
  }
}

async function list(input: { library: ModelLibrary; server: RunningServer | undefined }): Promise<void> {
  const { library, server } = input;
  try {
    if (!server) throw new ServerError('No server has run here yet.');
    const answer = await server.models();
    console.log(describeModels(answer.models));
    if (answer.switch) console.log(`\n${describeSwitch(answer.switch)}`);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const checkFile = createFileChecker();
    const models = library.manifest.models.map((entry) => describeModel({ entry, library, checkFile }));
    console.log(describeModels(await Promise.all(models)));
    console.log(`\nWhich embedder serves is not known. ${error.message}`);
  }
}

async function add(input: {
  command: Extract<Command, { name: 'add' }>;
  library: ModelLibrary;
  folder: string;
}): Promise<void> {
  const { command, library, folder } = input;
  const { file } = command;
  const { sha256 } = await fingerprint(file);
  const known = library.manifest.models.find((entry) => entry.sha256 === sha256);
  if (known) {
    if (!known.optional) return console.log(`This is ${known.name}, which comes with the project.`);
    const place = await copyModel({ entry: known, folder, file });
    return console.log(
      `This is ${known.name}. It is in place: ${place}. To have it serve: npm run models -- use ${known.name}`,
    );
  }
  const given = command.json ? readJson(command.json) : command.description;
  if (!given) {
    throw new CommandError(
      `${file} (sha256 ${sha256}) is no model that is known here. To add it all the same, say what it is: ` +
        '--name, --licence, --training-data, --source; see npm run models -- help.',
    );
  }
  const taken = library.manifest.models.map(({ name }) => name);
  const entry = await addUnknownModel({ file, description: readDescription(given), folder, taken });
  console.log(
    `${entry.name} was tried out and added: ${entry.embeddingSize} numbers, ` +
      `${entry.input.shape[0] === 1 ? 'one crop at a time' : 'any batch'}.\n` +
      'Its thresholds were not measured, so it cannot serve yet: nobody knows which cosine is a match. Measure them ' +
      `on labelled photographs: FACES_DIR=… node models/calibrate.ts --model ${entry.name}. ` +
      `How well it tells people apart: npm run evaluate -- --model ${entry.name} …`,
  );
}

async function use(
  server: RunningServer,
  { model, force }: { model: string; force: boolean },
): Promise<void> {
  let { switch: now } = await server.use(model, force);
  const bar = createProgressBar(process.stdout);
  console.log(`Changing to ${model}. It goes on when this command is ended; see status and cancel.`);
  while (now && now.model === model && now.state !== 'stopped') {
    bar.update(toProgress(now), now.state === 'preparing' ? 'workers get ready' : '');
    await sleep(LOOK_MS);
    now = (await server.models()).switch;
  }
  bar.end();
  if (now?.model === model) throw new ServerError(describeSwitch(now));
  const { models } = await server.models();
  if (!models.some(({ name, serving }) => name === model && serving))
    throw new ServerError('It was cancelled.');
  console.log(`${model} serves.`);
}

function toProgress({ done, total, perSecond = 0, secondsLeft }: ModelSwitchStatus) {
  return { done, total, fresh: done, rate: perSecond, secondsLeft: secondsLeft ?? null };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CommandError(`${file} cannot be read as JSON.`, { cause });
  }
}

main().catch((error: unknown) => {
  const { code, message } = error as { code?: string; message?: string };
  console.error(code && EXPLAINED.includes(code) ? message : error);
  process.exitCode = 1;
});
