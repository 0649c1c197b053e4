import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../models/metrics/random.ts';
import type { TrainingRun } from '../../protocol/student-versions.ts';
import { enrolPatterns } from '../support/pattern-people.ts';
import { openStudentScene } from '../support/student-scene.ts';
import { waitFor } from '../support/wait-for.ts';
import { startTestWorker } from '../support/worker.ts';
import { benchCrops } from './crops.ts';
import { type Summary, summarise } from './table.ts';

/** Live crops of one worker while it trains and while it does not, turn about. */
export type Interference = {
  /** Crops a second that the worker makes when nothing trains: full load. */
  fullLoad: number;
  /** Crops sent a second in the measurement. */
  sent: number;
  /** Submitted → answered, ms: of each turn, and of all. */
  turns: { off: Summary; on: Summary }[];
  off: Summary;
  on: Summary;
  /** With training ÷ without, the median of the turns: what else the machine does falls into single ones. */
  p99Ratio: number;
  /** Crops a second with as many in flight as keep the worker busy. */
  flood: { off: number; on: number };
  /** Processor time that training had, of one core: beside the crops, and without any. NaN where Linux does not tell. */
  trainingShare: { loaded: number; quiet: number };
};

const TURNS = 7;
const IN_FLIGHT = 64;

/** @param options.seconds of each turn @param options.load share of what the worker can do */
export async function benchTrainingInterference(options: {
  seconds: number;
  load: number;
}): Promise<Interference> {
  const { seconds, load } = options;
  const scene = await openStudentScene({
    training: { rounds: 200, steps: 15, patience: Number.POSITIVE_INFINITY },
  });
  const worker = await startTestWorker({
    redisUrl: scene.redisUrl,
    environment: { LOG_LEVEL: 'warn' },
  });
  try {
    const crops = await benchCrops(50);
    await enrolPatterns(scene.people, { count: 30, photos: 2 });
    const { id } = await scene.groups.create({
      name: 'Bench',
      shift: 'dark-kiosk',
      cameras: [scene.camera.id],
      paused: true,
      automatic: false,
      by: 'bench',
    });
    let sequence = 0;
    const one = async (): Promise<number> => {
      sequence += 1;
      const at = performance.now();
      const { answer } = await scene.crops.submit({
        stream: 'bench',
        track: sequence,
        sequence,
        codec: 'jpeg',
        payload: crops[sequence % crops.length] as Buffer,
        quality: 0.9,
        evidence: undefined,
        deadlineAt: Date.now() + 30_000,
      });
      const { result } = await answer;
      if (result.outcome === 'dropped') throw new Error(`a crop was dropped: ${result.reason}`);
      return performance.now() - at;
    };
    const flood = async (): Promise<number> => {
      const start = performance.now();
      let done = 0;
      const lane = async () => {
        while (performance.now() - start < seconds * 1000) {
          await one();
          done += 1;
        }
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
      return (done * 1000) / (performance.now() - start);
    };
    /** Crops come by chance, as from many cameras; the same chance in every turn. */
    const paced = async (perSecond: number): Promise<number[]> => {
      const random = seededRandom(5);
      const answers: Promise<number>[] = [];
      const start = performance.now();
      let next = 0;
      while (next < seconds * 1000) {
        await sleep(Math.max(0, start + next - performance.now()));
        const answer = one();
        // It is looked at when all have been sent.
        answer.catch(() => {});
        answers.push(answer);
        next -= (Math.log(1 - random()) * 1000) / perSecond;
      }
      return Promise.all(answers);
    };
    const running = async (): Promise<TrainingRun | undefined> =>
      (await scene.coordinator.runs(id)).find(({ state }) => state === 'running');
    const rounds = async () => (await running())?.rounds.length ?? 0;
    const train = async (on: boolean): Promise<void> => {
      await scene.groups.change(id, { paused: !on, by: 'bench' });
      if (on) {
        await scene.coordinator.request({ group: id, by: 'bench' });
        await waitFor(async () => (await rounds()) > 0, { what: 'training', timeoutMs: 300_000 });
      } else {
        await waitFor(async () => (await running()) === undefined, { what: 'no training' });
        await sleep(1500); // The worker looks twice a second whether the run is over.
      }
    };

    await one();
    await flood();
    const fullLoad = await flood();
    const sent = fullLoad * load;
    const times: { off: number[]; on: number[] }[] = [];
    const floods: Record<'off' | 'on', number[]> = { off: [], on: [] };
    let [loaded, quiet] = [0, 0];
    for (let turn = 0; turn < TURNS; turn++) {
      const off = await paced(sent);
      floods.off.push(await flood());
      await train(true);
      const before = lowPrioritySeconds(worker.pid);
      await sleep(seconds * 1000);
      const between = lowPrioritySeconds(worker.pid);
      quiet += between - before;
      times.push({ off, on: await paced(sent) });
      loaded += lowPrioritySeconds(worker.pid) - between;
      floods.on.push(await flood());
      await train(false);
    }
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
    const turns = times.map(({ off, on }) => ({ off: summarise(off), on: summarise(on) }));
    const ratios = turns.map(({ off, on }) => on.p99 / off.p99).sort((a, b) => a - b);
    return {
      fullLoad,
      sent,
      turns,
      off: summarise(times.flatMap(({ off }) => off)),
      on: summarise(times.flatMap(({ on }) => on)),
      p99Ratio: ratios[TURNS >> 1] as number,
      flood: { off: mean(floods.off), on: mean(floods.on) },
      trainingShare: { loaded: loaded / (TURNS * seconds), quiet: quiet / (TURNS * seconds) },
    };
  } finally {
    await scene.close();
    await worker.kill();
  }
}

/** Processor time of a process's threads with a low priority, s: training alone has one. */
function lowPrioritySeconds(pid: number): number {
  const folder = `/proc/${pid}/task`;
  try {
    return readdirSync(folder).reduce((sum, thread) => {
      // After the name in brackets: user and system time in hundredths of a second, later the nice value (proc(5)).
      const fields = readFileSync(`${folder}/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[16]) > 0 ? sum + (Number(fields[11]) + Number(fields[12])) / 100 : sum;
    }, 0);
  } catch {
    return Number.NaN;
  }
}
