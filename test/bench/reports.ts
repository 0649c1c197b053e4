/** What each bench prints. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Accuracy } from '../../models/training/held-out.ts';
import { STAGES } from '../../protocol/stages.ts';
import { FACES_DIR } from '../support/faces.ts';
import { benchBareModel } from './bare-model.ts';
import { benchConsoleStreams } from './console-streams.ts';
import { benchLive } from './live.ts';
import { benchLiveStudent } from './live-student.ts';
import { benchPoisonedFederation } from './poisoned-federation.ts';
import { printTable, type Summary } from './table.ts';
import { benchThroughput } from './throughput.ts';
import { benchTrainingInterference } from './training-interference.ts';

export type BenchOptions = {
  seconds: number;
  /** Of the page of the streams. */
  streams: string;
  against: string | undefined;
  /** Folders of people. */
  images: string;
  seeds: string;
};

export const FACES = join(FACES_DIR, 'lfw');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Each prints its tables. @returns the figures */
export const BENCHES = {
  live,
  'console-streams': consoleStreams,
  'training-interference': trainingInterference,
  'poisoned-federation': poisonedFederation,
  'live-student': liveStudent,
} satisfies Record<string, (options: BenchOptions) => Promise<unknown>>;

async function live({ seconds }: BenchOptions) {
  const everyMs = 100;
  const bare = await benchBareModel({ seconds: Math.min(seconds, 5), everyMs });
  const measured = await benchLive({ count: Math.round((seconds * 1000) / everyMs), everyMs });
  const throughput = await benchThroughput({ seconds, workers: 1 });

  const row = (what: string, { n, p50, p95, p99 }: Summary) => ({ what, n, p50, p95, p99 });
  printTable('Bare model, one thread, one crop at a time (ms)', [
    row('one after the other', bare.perCrop),
    row(`one every ${everyMs} ms`, bare.paced),
  ]);
  printTable(`Crop sent → label received, one stream, a crop every ${everyMs} ms (ms)`, [
    row('crop → label', measured.cropToLabel),
  ]);
  printTable(
    'Its stages as the server counts them (ms)',
    STAGES.flatMap((stage) => {
      const summary = measured.stages[stage];
      if (!summary) return [];
      return [{ ...row(stage, summary), 'share %': (100 * summary.mean) / measured.cropToLabel.mean }];
    }),
  );
  const embed = bare.paced.p50;
  const target = 1.5 * embed + 3;
  printTable('In short', [
    {
      what: 'crop → label p50 (ms)',
      value: measured.cropToLabel.p50,
      against: `≤ ${target.toFixed(1)}: 1.5 × the model at this pace + 3 ms`,
    },
    { what: 'crop → label p99 (ms)', value: measured.cropToLabel.p99, against: '≤ 50 on an idle machine' },
    { what: 'everything but the model, p50 (ms)', value: measured.cropToLabel.p50 - embed, against: '≤ 4' },
    { what: 'crops lost', value: measured.sent - measured.cropToLabel.n, against: `of ${measured.sent}` },
    {
      what: 'crops/s, one worker',
      value: throughput.cropsPerSecond,
      against: `${bare.cropsPerSecond.toFixed(0)} bare`,
    },
    {
      what: 'one worker ÷ bare loop',
      value: throughput.cropsPerSecond / bare.cropsPerSecond,
      against: `≥ 0.8 (${cpus().length} cores shared with Redis and the feeder)`,
    },
  ]);
  return { node: process.version, cores: cpus().length, bare, live: measured, throughput };
}

async function consoleStreams({ seconds, streams: wanted, against }: BenchOptions) {
  const streams = wanted.split(',').map(Number);
  if (!streams.every((count) => Number.isInteger(count) && count >= 1 && count <= 64))
    throw new Error('--streams takes numbers of streams from 1 to 64, parted by commas');
  const found = await benchConsoleStreams({ seconds, streams, against });
  printTable(
    `The page of the streams at 1920 × 1080, ${seconds} s each; shares are of one core, of the main thread`,
    found.map(({ console: name, cost }) => ({
      console: name,
      streams: String(cost.streams),
      'labels/s': String(cost.labelsPerSecond),
      busy: percent(cost.taskShare),
      script: percent(cost.scriptShare),
      'style, layout': percent(cost.layoutShare),
      'frames p50 ms': cost.frames.p50,
      'p99 ms': cost.frames.p99,
      dropped: percent(cost.droppedShare),
      'long tasks': String(cost.longTasks),
      'longest ms': cost.longestTask,
      'heap MB': cost.heapGrowth,
      nodes: String(cost.nodeGrowth),
    })),
  );
  return found;
}

async function trainingInterference({ seconds }: BenchOptions) {
  const load = 0.5;
  const found = await benchTrainingInterference({ seconds, load });
  const line = (training: string, { n, p50, p99 }: Summary, perSecond: number) => ({
    training,
    n,
    'p50 ms': p50,
    'p99 ms': p99,
    'crops/s, flooded': perSecond,
  });
  printTable(
    `One worker, ${found.sent.toFixed(0)} crops a second by chance: half of the ${found.fullLoad.toFixed(0)} that it can do`,
    [line('off', found.off, found.flood.off), line('on', found.on, found.flood.on)],
  );
  printTable(
    'p99 ms, turn by turn',
    found.turns.map(({ off, on }, i) => ({
      turn: String(i + 1),
      off: off.p99,
      on: on.p99,
      'on ÷ off': on.p99 / off.p99,
      // Of two turns without training: how much the machine does by itself.
      'off ÷ off before': off.p99 / (found.turns[i - 1]?.off.p99 ?? Number.NaN),
    })),
  );
  printTable('In short', [
    { what: 'p99 with training ÷ without, median of the turns', value: found.p99Ratio, against: '≤ 1.1' },
    { what: 'p50 with training ÷ without', value: found.on.p50 / found.off.p50, against: '' },
    { what: 'flooded, with ÷ without', value: found.flood.on / found.flood.off, against: '' },
    {
      what: 'of a core for training, at this load',
      value: found.trainingShare.loaded,
      against: `${found.trainingShare.quiet.toFixed(2)} without crops`,
    },
  ]);
  return found;
}

async function poisonedFederation({ images, seeds: wanted }: BenchOptions) {
  const seeds = wanted.split(',').map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 999_999))
    throw new Error('--seeds takes whole numbers from 0 to 999999, parted by commas');
  const found = await benchPoisonedFederation({ images, seeds });
  const mean = (worker: string, of: (one: Accuracy) => number) => {
    const among = found.filter((one) => one.worker === worker);
    return among.reduce((sum, { after }) => sum + of(after), 0) / among.length;
  };
  printTable(
    'The tail, dark kiosk, five worker processes: people never trained on',
    found.map(({ seed, worker, liesFound, before, after }) => ({
      seed: String(seed),
      'fifth worker': worker,
      'rank-1': `${percent(before.rank1)} → ${percent(after.rank1)}`,
      'TPIR at FPIR 1 %': `${percent(before.tpirAtFpir)} → ${percent(after.tpirAtFpir)}`,
      'left out in rounds': String(liesFound),
    })),
  );
  printTable(
    'Points that the lie costs, mean of the seeds (negative: none)',
    ['noise', '-5'].map((worker) => ({
      'fifth worker': worker,
      'rank-1': 100 * (mean('honest', ({ rank1 }) => rank1) - mean(worker, ({ rank1 }) => rank1)),
      'TPIR at FPIR 1 %':
        100 * (mean('honest', ({ tpirAtFpir }) => tpirAtFpir) - mean(worker, ({ tpirAtFpir }) => tpirAtFpir)),
      'mean TPIR':
        100 * (mean('honest', ({ meanTpir }) => meanTpir) - mean(worker, ({ meanTpir }) => meanTpir)),
    })),
  );
  return found;
}

async function liveStudent({ images, seeds }: BenchOptions) {
  const found = await benchLiveStudent({ images, seed: Number(seeds.split(',')[0]) });
  const { run, version, rollbackMs } = found;
  console.log(`\n${run.rounds.length} rounds: ${run.message}`);
  if (version) {
    const { people, before, after } = version.lineage;
    console.log(
      `${people.trained} people learnt from; on ${people.heldOut} held out TPIR at FPIR 1 % ` +
        `${percent(before.tpirAtFpir)} → ${percent(after.tpirAtFpir)}`,
    );
  }
  printTable(
    'Crops of a dark kiosk through queue, worker and the thresholds in force; people who were enrolled after training',
    found.answered.map((one) => ({
      serving: one.serving,
      probes: String(one.probes),
      'rank 1': percent(one.rank1),
      'named rightly': percent(one.named),
      'named wrongly': percent(one.misnamed),
      strangers: String(one.strangers),
      'strangers named': percent(one.strangersNamed),
      threshold: one.threshold,
    })),
  );
  if (rollbackMs !== undefined) console.log(`rolled back after ${rollbackMs.toFixed(0)} ms`);
  return found;
}
