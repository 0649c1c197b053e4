import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { STAGES } from '../../protocol/stages.ts';
import { benchBareModel } from './bare-model.ts';
import { benchConsoleStreams } from './console-streams.ts';
import { benchLive } from './live.ts';
import { printTable, type Summary } from './table.ts';
import { benchThroughput } from './throughput.ts';
import { benchTrainingInterference } from './training-interference.ts';

/**
 * `npm run bench -- [training-interference | console-streams] [--seconds N] [--json FILE]`: the live path against the
 * bare model; with training between the crops against without; or what the page of the streams costs the browser
 * (`--streams 30,64`, and `--against COMMIT` for the console of a commit in the same run).
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    json: { type: 'string' },
    streams: { type: 'string', default: '30,64' },
    against: { type: 'string' },
  },
});
const [what] = positionals;
const BENCHES = ['training-interference', 'console-streams'] as const;
if (what !== undefined && !BENCHES.some((name) => name === what)) {
  throw new Error(`There is no bench "${what}". Give none, or one of ${BENCHES.join(', ')}.`);
}
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 600)) throw new Error('--seconds takes 1 to 600');

if (what === 'console-streams') {
  const streams = values.streams.split(',').map(Number);
  if (!streams.every((count) => Number.isInteger(count) && count >= 1 && count <= 64))
    throw new Error('--streams takes numbers of streams from 1 to 64, parted by commas');
  const found = await benchConsoleStreams({ seconds, streams, against: values.against });
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
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
  if (values.json) writeFileSync(values.json, `${JSON.stringify(found, null, 2)}\n`);
  process.exit(0);
}
if (what) {
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
  printTable('In short', [
    { what: 'p99 with training ÷ without', value: found.p99Ratio, against: '≤ 1.1' },
    { what: 'p50 with training ÷ without', value: found.on.p50 / found.off.p50, against: '' },
    { what: 'flooded, with ÷ without', value: found.flood.on / found.flood.off, against: '' },
    {
      what: 'rounds of one step a minute at this load',
      value: found.roundsPerMinute.loaded,
      against: `${found.roundsPerMinute.quiet.toFixed(1)} without crops`,
    },
  ]);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(found, null, 2)}\n`);
  process.exit(0);
}
const everyMs = 100;
const bare = await benchBareModel({ seconds: Math.min(seconds, 5), everyMs });
const live = await benchLive({ count: Math.round((seconds * 1000) / everyMs), everyMs });
const throughput = await benchThroughput({ seconds, workers: 1 });

const row = (what: string, { n, p50, p95, p99 }: Summary) => ({ what, n, p50, p95, p99 });
printTable('Bare model, one thread, one crop at a time (ms)', [
  row('one after the other', bare.perCrop),
  row(`one every ${everyMs} ms`, bare.paced),
]);
printTable(`Crop sent → label received, one stream, a crop every ${everyMs} ms (ms)`, [
  row('crop → label', live.cropToLabel),
]);
printTable(
  'Its stages as the server counts them (ms)',
  STAGES.flatMap((stage) => {
    const summary = live.stages[stage];
    if (!summary) return [];
    return [{ ...row(stage, summary), 'share %': (100 * summary.mean) / live.cropToLabel.mean }];
  }),
);
const embed = bare.paced.p50;
const target = 1.5 * embed + 3;
printTable('In short', [
  {
    what: 'crop → label p50 (ms)',
    value: live.cropToLabel.p50,
    against: `≤ ${target.toFixed(1)}: 1.5 × the model at this pace + 3 ms`,
  },
  { what: 'crop → label p99 (ms)', value: live.cropToLabel.p99, against: '≤ 50 on an idle machine' },
  { what: 'everything but the model, p50 (ms)', value: live.cropToLabel.p50 - embed, against: '≤ 4' },
  { what: 'crops lost', value: live.sent - live.cropToLabel.n, against: `of ${live.sent}` },
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
if (values.json) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ node: process.version, cores: cpus().length, bare, live, throughput }, null, 2)}\n`,
  );
  console.log(`\nwritten: ${values.json}`);
}
process.exit(0);
