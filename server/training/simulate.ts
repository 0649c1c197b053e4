import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from '../../config/logger.ts';
import { connectRedis } from '../../config/redis.ts';
import type { Config } from '../../config/schema.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { readGraph } from '../../models/network/graph.ts';
import { partNames, withWeights } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import type { Tensors } from '../../models/training/checkpoint.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import type { RoundResult, RunProgress } from '../../protocol/training.ts';
import type { Vault } from '../../vault/vault.ts';
import { EmbeddedRedis } from '../redis/embedded-redis.ts';
import { leftOutSentence } from '../students/sentences.ts';
import { WorkerSupervisor } from '../workers/supervisor.ts';
import type { SimulateOptions } from './arguments.ts';
import { openFederation, servingAfter } from './federation.ts';
import type { Division } from './people.ts';
import { createStandingJudge, rememberedOf, type Standing } from './standing.ts';

/** The JSON of `npm run train -- simulate --json`. */
export type SimulationResult = {
  model: string;
  shift: string;
  part: 'tail' | 'full';
  seed: number;
  workers: number;
  rounds: number;
  /** Local steps of 32 crops in each round. */
  steps: number;
  people: { trained: number; validated: number; tested: number };
  /** Photos trained on; templates, probes and strangers of the test. */
  photos: { trained: number; gallery: number; probes: number; strangers: number };
  before: Standing;
  /** The promoted student on both kinds of crops. Cameras with clean crops keep the embedder, so they stay at `before`. */
  after: Standing;
  /** One worker with all people, and in a row as many steps as all workers of the federation took together. */
  centralised: Standing;
  /**
   * Where people arrive in groups: those of each but the last, on photos not trained on, by the student that served when
   * the next group arrived, by the last one, and by the one that had everybody in one place.
   */
  arrivals?: { groups: number; people: number; atFirst: Accuracy; atEnd: Accuracy; centralised: Accuracy };
  /** Deltas up and steps down, mean over the rounds; jobs and results with them. */
  bytesPerRound: number;
  /** What exchanging gradients and weights after every step would have moved in a round. */
  bytesPerStepSync: number;
  /** Steps of 32 crops: of all workers in the rounds, until the slowest was done, and of the one with all people. */
  stepsPerSecond: { together: number; alone: number };
  /** Of each round: the validation's accuracy, whether it was promoted, what was left out. */
  history: RunProgress['history'];
  /** s */
  seconds: { rounds: number; centralised: number; total: number };
};

/**
 * Runs a federation with a Redis and worker processes of its own, and measures it.
 * @param options.file the embedder's ONNX file
 * @param options.onWorkers told the process ids as soon as they run, for tests that kill one
 * @throws TrainingError, EmbeddedRedisError; the signal's reason
 */
export async function simulate(options: {
  division: Division;
  settings: SimulateOptions;
  entry: EmbedderEntry;
  file: Uint8Array;
  config: Config;
  vault: Vault;
  dataKey: Uint8Array;
  logger: Logger;
  signal: AbortSignal;
  say: (line: string) => void;
  onWorkers?: (pids: () => number[], redisUrl: string) => void;
}): Promise<SimulationResult> {
  const { division, settings, entry, file, vault, logger, signal, say } = options;
  const { part, workers, rounds, steps, groups, seed } = settings;
  const startedAt = performance.now();
  const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;
  const model = readOnnx(file);
  const graph = readGraph(model);
  const names = partNames(graph, part);
  const shapes = new Map(names.map((name) => [name, graph.parameters.get(name)?.dims ?? []]));
  const start: Tensors = new Map(
    names.map((name) => [
      name,
      { dims: shapes.get(name) ?? [], data: graph.parameters.get(name)?.data ?? new Float32Array() },
    ]),
  );
  const [{ views, clean } = { views: 1, clean: false }] = division.shards;
  const all = {
    shift: settings.shift,
    views,
    clean,
    samples: division.shards.flatMap(({ samples }) => samples),
  };
  const judge = await createStandingJudge({ people: division.test, shift: settings.shift, entry });
  const modelOf = (weights: Tensors) =>
    writeOnnx(withWeights(model, new Map([...weights].map(([name, { data }]) => [name, data]))));
  const standingOf = (weights: Tensors) => judge(modelOf(weights));

  const closers: (() => unknown)[] = [];
  let finished = false;
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await Promise.resolve(closer()).catch(() => {});
  };
  try {
    const run = runOf(options);
    const dir = resolve(options.config.DATA_DIR, 'training', run);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // What is not finished is kept: the same command goes on with it.
    closers.push(() => finished && rmSync(dir, { recursive: true, force: true }));
    const redisServer = await EmbeddedRedis.start({ dataDir: dir, logger });
    closers.push(() => redisServer.close());
    const redis = connectRedis({ url: redisServer.url, use: 'blocking' });
    redis.on('error', () => {}); // Each command tells its own failure.
    closers.push(() => redis.disconnect());
    const { federation, first, progress } = await openFederation({
      redis,
      vault,
      run,
      scope: { model: createHash('sha256').update(file).digest('hex'), part, shapes },
      start,
      // The last one is for the comparison with one worker that has everything.
      shards: [...division.shards, all],
      rounds: division.shards.length,
      validation: division.validation,
    });
    closers.push(() => federation.close());
    const supervisor = new WorkerSupervisor({
      count: workers,
      script: 'workers/train/main.ts',
      environment: {
        ...process.env,
        REDIS_URL: redisServer.url,
        DATA_DIR: resolve(options.config.DATA_DIR),
        DATA_KEY: Buffer.from(options.dataKey).toString('base64'),
        MODEL: entry.name,
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
      },
      logger,
    });
    closers.push(() => supervisor.close());
    options.onWorkers?.(() => supervisor.pids, redisServer.url);
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    stopped.catch(() => {}); // It may come when nothing is waited for.
    const unlessStopped = <T>(work: Promise<T>) => Promise.race([work, stopped]);

    const before = await unlessStopped(standingOf(start));
    say(`before: ${inWords(before.shifted)} (clean ${inWords(before.clean)})`);
    let { history, serving, base, afterGroups }: RunProgress = progress ?? {
      history: [],
      serving: { id: first, accuracy: null },
      base: first,
      afterGroups: [],
    };
    if (progress) say(`An earlier run with these settings goes on after round ${history.length}.`);
    for (let round = history.length + 1; round <= rounds; round++) {
      const at = performance.now();
      const result = await unlessStopped(
        federation.round({
          round,
          base,
          serving,
          steps,
          arrived: Math.floor((groups * (round - 1)) / rounds),
          seed,
          progress: { from: (round - 1) / rounds, to: round / rounds },
        }),
      );
      base = result.candidate;
      serving = servingAfter(result, serving);
      const learnt = Math.min(groups - 1, Math.floor((groups * round) / rounds));
      afterGroups = Array.from({ length: learnt }, (_, group) => afterGroups[group] ?? serving.id);
      history = [...history, { ...result, seconds: seconds(at) }];
      await unlessStopped(federation.keep({ history, serving, base, afterGroups }));
      say(describeRound(result, rounds, seconds(at)));
    }
    const roundSeconds = Math.round(10 * history.reduce((sum, { seconds }) => sum + seconds, 0)) / 10;
    const after = await unlessStopped(standingOf(await federation.weights(serving.id)));
    say(`after:  ${inWords(after.shifted)} (clean ${inWords(after.clean)})`);
    const centralisedAt = performance.now();
    const alone = federation.alone({
      shard: division.shards.length,
      base: first,
      steps: workers * rounds * steps,
      arrived: groups,
      seed,
    });
    const { weights, ms: aloneMs } = await unlessStopped(alone);
    const centralised = await unlessStopped(standingOf(weights));
    const centralisedSeconds = seconds(centralisedAt);
    const remembered = await unlessStopped(
      rememberedOf({
        earlier: division.earlier,
        shift: settings.shift,
        entry,
        afterGroup: async (group) => modelOf(await federation.weights(afterGroups[group] ?? serving.id)),
        atEnd: modelOf(await federation.weights(serving.id)),
        centralised: modelOf(weights),
      }),
    );
    finished = true;
    const togetherMs = history.reduce(
      (sum, { results }) => sum + Math.max(0, ...results.map(({ ms }) => ms)),
      0,
    );
    const parameters = [...start.values()].reduce((sum, { data }) => sum + data.length, 0);
    return {
      model: entry.name,
      shift: settings.shift,
      part,
      seed,
      workers,
      rounds,
      steps,
      people: division.people,
      photos: {
        trained: all.samples.length,
        gallery: division.test.gallery.length,
        probes: division.test.probes.length,
        strangers: division.test.strangers.length,
      },
      before,
      after,
      centralised,
      ...(remembered ? { arrivals: { groups, ...remembered } } : {}),
      bytesPerRound: Math.round(history.reduce((sum, { bytes }) => sum + bytes.up + bytes.down, 0) / rounds),
      bytesPerStepSync: workers * steps * 2 * 4 * parameters,
      stepsPerSecond: {
        together: (1000 * workers * rounds * steps) / togetherMs,
        alone: (1000 * workers * rounds * steps) / aloneMs,
      },
      history,
      seconds: { rounds: roundSeconds, centralised: centralisedSeconds, total: seconds(startedAt) },
    };
  } finally {
    await close();
  }
}

/** Of what is kept between rounds; what was kept in another is not gone on with. */
const PROGRESS_FORMAT = 3;

/** The same for the same settings, people and model: by it a run is found again that was ended in its midst. */
function runOf({
  division,
  settings,
  file,
}: {
  division: Division;
  settings: SimulateOptions;
  file: Uint8Array;
}) {
  const { images, shift, workers, rounds, steps, groups, part, seed } = settings;
  const hash = createHash('sha256').update(file);
  hash.update(
    JSON.stringify([
      PROGRESS_FORMAT,
      resolve(images),
      ...[shift, workers, rounds, steps, groups, part, seed],
      division.people,
    ]),
  );
  for (const { samples } of division.shards) for (const { crop } of samples) hash.update(crop);
  return `simulate-${hash.digest('hex').slice(0, 16)}`;
}

export function inWords({ rank1, tpirAtFpir }: Accuracy): string {
  return `rank-1 ${percent(rank1)}, TPIR at FPIR 1 % ${percent(tpirAtFpir)}`;
}

function validated(accuracy: Accuracy): string {
  return `${inWords(accuracy)}, mean ${percent(accuracy.meanTpir)}`;
}

function describeRound(result: RoundResult, rounds: number, seconds: number): string {
  const { round, accepted, rejected, loss, accuracy, serving, promoted } = result;
  const left = rejected.map((one) => `; shard ${one.shard} left out: ${leftOutSentence(one)}`).join('');
  const learnt = loss === null ? '' : `loss ${loss.toFixed(4)}, `;
  return (
    `round ${round} of ${rounds}: ${learnt}${accepted.length} deltas, validation ${validated(accuracy)}, ` +
    `${promoted ? 'promoted' : 'not promoted'} over ${validated(serving)}; ${seconds} s${left}`
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
