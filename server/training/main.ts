/** `npm run train -- simulate`: a whole federation on a folder of people, measured. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { createLogger } from '../../config/logger.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { loadDataKey } from '../../vault/data-key.ts';
import { createVault } from '../../vault/vault.ts';
import { ArgumentError, folderProblem, outputProblem } from '../command/places.ts';
import { createProgressBar } from '../command/progress.ts';
import { runCommand } from '../command/run-command.ts';
import { HELP, readArguments, type SimulateOptions } from './arguments.ts';
import { dividePeople } from './people.ts';
import { readPeople } from './read-people.ts';
import { inWords, type SimulationResult, simulate } from './simulate.ts';

/** Errors whose message says all that the person at the terminal needs. */
const EXPLAINED = [
  'arguments',
  'training',
  'evaluation',
  'config',
  'data-dir',
  'embedded-redis',
  'vault',
  'network-unsupported',
  'model-unknown',
  'model-missing',
  'model-damaged',
];

async function main(signal: AbortSignal): Promise<void> {
  const settings = readArguments(process.argv.slice(2));
  if (!settings) {
    console.log(HELP);
    return;
  }
  checkPlaces(settings);
  const config = loadConfig(process.env);
  const logger = createLogger({ level: process.env.LOG_LEVEL ?? 'silent', name: 'train' });
  const entry = findModel({ manifest: loadManifest(), task: 'embed', name: config.MODEL });
  const file = await readModel({ entry });
  const dataKey = loadDataKey({ dataKey: config.DATA_KEY, dataDir: resolve(config.DATA_DIR) });
  const vault = createVault({ key: dataKey });
  const common = { config, vault, dataKey, logger, signal };
  const bar = createProgressBar(process.stderr);
  const { people, problems } = await readPeople({
    ...common,
    dir: settings.images,
    most: settings['max-people'],
    seed: settings.seed,
    workers: Math.min(settings.workers, 4),
    model: entry,
    onProgress: (progress) => bar.update(progress),
  }).finally(() => bar.end());
  if (problems.total > 0) console.error(`${problems.total} photos or folders could not be used.`);
  const { workers: shards, groups, shift, seed } = settings;
  const division = dividePeople({ people, shards, groups, shift, seed });
  const { trained, validated, tested } = division.people;
  console.error(
    `${trained} people to learn from, ${validated} to decide on, ${tested} to test on; ${shards} workers.`,
  );
  const result = await simulate({
    ...common,
    division,
    settings,
    entry,
    file,
    say: (line) => console.error(line),
  });
  console.log(`\n${describe(result)}\n`);
  if (settings.json) writeFileSync(settings.json, `${JSON.stringify(result, null, 2)}\n`);
}

function describe(result: SimulationResult): string {
  const {
    before,
    after,
    centralised,
    people,
    photos,
    bytesPerRound,
    bytesPerStepSync,
    arrivals,
    seconds,
    stepsPerSecond,
  } = result;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const row = (name: string, text: string) => `  ${name.padEnd(26)}${text}`;
  return [
    `${result.model}, ${result.shift}, ${result.part}: ${result.workers} workers, ${result.rounds} rounds of ${result.steps} steps`,
    `On ${people.tested} people never trained on: ${photos.gallery} enrolled by one clean photo, ${photos.probes} probes, ${photos.strangers} strangers`,
    row('before, shifted', inWords(before.shifted)),
    row('after, shifted', inWords(after.shifted)),
    row('centralised, shifted', inWords(centralised.shifted)),
    row('clean, the embedder', `${inWords(before.clean)}; clean cameras keep it`),
    row('clean, the student', inWords(after.clean)),
    row(
      'bytes a round',
      `${megabytes(bytesPerRound)}; ${megabytes(bytesPerStepSync)} with an exchange after every step`,
    ),
    ...(arrivals
      ? [
          row('people of the groups', `after theirs ${inWords(arrivals.atFirst)}`),
          row(
            'the same at the end',
            `${inWords(arrivals.atEnd)}; ${arrivals.people} people, ${arrivals.groups - 1} of ${arrivals.groups} groups`,
          ),
          row('the same, centralised', inWords(arrivals.centralised)),
        ]
      : []),
    row(
      'steps a second',
      `${stepsPerSecond.together.toFixed(2)} together, ${stepsPerSecond.alone.toFixed(2)} by one worker: ` +
        `${(stepsPerSecond.together / stepsPerSecond.alone).toFixed(2)}×`,
    ),
    row(
      'time',
      `${seconds.rounds} s of rounds, ${seconds.centralised} s centralised, ${seconds.total} s in all`,
    ),
  ].join('\n');
}

/** @throws {ArgumentError} naming every place that is not as it has to be */
function checkPlaces({ images, json }: SimulateOptions): void {
  const wrong = [folderProblem('--images', images), json && outputProblem('--json', json)].filter(Boolean);
  if (wrong.length > 0) throw new ArgumentError(wrong.join('\n'));
}

await runCommand({
  main,
  explained: EXPLAINED,
  stopped: 'Stopped. The same command goes on after the last whole round, within 24 hours.',
});
