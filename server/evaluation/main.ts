/** `npm run evaluate`: measures a model on labelled photographs. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { createLogger } from '../../config/logger.ts';
import { findModel, openLibrary, readModel } from '../../models/registry.ts';
import { loadDataKey } from '../../vault/data-key.ts';
import { createVault } from '../../vault/vault.ts';
import { ArgumentError, fileProblem, folderProblem, outputProblem } from '../command/places.ts';
import { createProgressBar } from '../command/progress.ts';
import { runCommand } from '../command/run-command.ts';
import { type EvaluateOptions, HELP, readArguments } from './cli/arguments.ts';
import { describeResult } from './cli/table.ts';
import { openWorkforce } from './cli/workforce.ts';
import { buildDataset, type Dataset } from './dataset/dataset.ts';
import { type NamedPair, parsePairFile } from './dataset/pair-file.ts';
import { type PersonFolder, readPeopleFolder } from './dataset/people-folder.ts';
import { Problems } from './dataset/problems.ts';
import { openJournal } from './journal.ts';
import { renderReport } from './report/page.ts';
import { runEvaluation } from './run-evaluation.ts';

/** Errors whose message says all that the person at the terminal needs. */
const EXPLAINED = [
  'arguments',
  'evaluation',
  'config',
  'data-dir',
  'embedded-redis',
  'vault',
  'model-unknown',
  'model-missing',
  'model-damaged',
  'manifest-invalid',
];

async function main(stop: AbortSignal): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return;
  }
  checkPlaces(options);
  const config = loadConfig(process.env);
  const logger = createLogger({ level: process.env.LOG_LEVEL ?? 'silent', name: 'evaluate' });
  const dataDir = resolve(config.DATA_DIR);
  const library = openLibrary({ dataDir });
  const { manifest } = library;
  if (options.model) {
    const entry = findModel({ manifest, task: 'embed', name: options.model });
    // Workers elsewhere have files of their own; here a missing one is told before they fail to start.
    if (!config.REDIS_URL) await readModel({ entry, library });
  }
  const dataset = await readDataset(options);

  const dataKey = loadDataKey({ dataKey: config.DATA_KEY, dataDir });
  const vault = createVault({ key: dataKey });
  const workforce = await openWorkforce({
    config,
    environment: process.env,
    vault,
    dataKey,
    logger,
    model: options.model,
    count: options.workers,
    signal: stop,
  });
  const bar = createProgressBar(process.stderr);
  try {
    const name = options.model ?? workforce.servingModel ?? config.MODEL;
    const model = findModel({ manifest, task: 'embed', name });
    const journal = openJournal({
      dir: join(dataDir, 'evaluation'),
      model: `${model.name}-${model.sha256.slice(0, 12)}`,
      vault,
      fresh: options.fresh,
    });
    console.error(`${dataset.photos.length} photos, ${model.name}, ${workforce.description}`);
    let alive = Number.POSITIVE_INFINITY;
    const watch = setInterval(() => {
      workforce.workers().then(
        (workers) => (alive = workers.length),
        () => (alive = 0),
      );
    }, 2000);
    try {
      const { result, crops } = await runEvaluation({
        dataset,
        model,
        lane: workforce.lane,
        journal,
        face: options.face,
        splits: options.splits,
        inFlight: workforce.inFlight,
        signal: stop,
        onProgress: (progress) => bar.update(progress, alive === 0 ? 'no worker is alive' : ''),
      });
      bar.end();
      console.log(`\n${describeResult(result)}\n`);
      if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
      if (options.report) {
        mkdirSync(options.report, { recursive: true });
        const file = join(options.report, 'index.html');
        writeFileSync(file, renderReport({ result, crops }), { mode: 0o600 });
        console.log(`The report is ${file}.`);
      }
    } finally {
      clearInterval(watch);
      journal.close();
    }
  } finally {
    bar.end();
    await workforce.close();
  }
}

/** Reads lists and folders. What is wrong in them is gathered, not thrown. */
async function readDataset(options: EvaluateOptions): Promise<Dataset> {
  const problems = new Problems();
  const folders = new Map<string, PersonFolder[]>();
  const folder = async (dir: string | undefined) => {
    if (!dir) return [];
    const path = resolve(dir);
    const people = folders.get(path) ?? (await readPeopleFolder({ dir: path, problems }));
    folders.set(path, people);
    return people;
  };
  const pairs = async (file: string | undefined): Promise<NamedPair[]> =>
    file ? parsePairFile({ text: await readFile(file, 'utf8'), origin: basename(file), problems }) : [];
  return buildDataset({
    images: await folder(options.images),
    pairs: await pairs(options.pairs),
    train: await pairs(options['train-pairs']),
    openSet: await folder(options['open-set']),
    problems,
  });
}

/** @throws {ArgumentError} naming every place that is not as it has to be */
function checkPlaces(options: EvaluateOptions): void {
  const { images, pairs, json, report } = options;
  const wrong = [
    images && folderProblem('--images', images),
    options['open-set'] && folderProblem('--open-set', options['open-set']),
    pairs && fileProblem('--pairs', pairs),
    options['train-pairs'] && fileProblem('--train-pairs', options['train-pairs']),
    json && outputProblem('--json', json),
    report &&
      statSync(report, { throwIfNoEntry: false })?.isFile() &&
      `--report: ${report} is a file; name a folder.`,
  ].filter(Boolean);
  if (wrong.length > 0) throw new ArgumentError(wrong.join('\n'));
}

await runCommand({
  main,
  explained: EXPLAINED,
  stopped: 'Stopped. What was analysed is kept for 24 hours, sealed: the same command goes on from there.',
});
