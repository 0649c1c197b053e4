/** Training in a worker that recognises: on a thread of its own, between the crops. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Worker, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { NetworkError } from '../../models/network/graph.ts';
import { QUEUE_PREFIX } from '../../protocol/jobs.ts';
import { APPRAISAL_QUEUE, ROUND_QUEUE, SHARD_QUEUE, trainingKeys } from '../../protocol/training.ts';
import type { Vault } from '../../vault/vault.ts';
import { startThread, ThreadError } from '../runtime/thread.ts';
import { createAppraisalProcessor } from './appraisal.processor.ts';
import type { LiveSignal } from './live-signal.ts';
import { createRoundProcessor } from './round.processor.ts';
import { createRoundStore } from './round-store.ts';
import { createShardProcessor } from './shard.processor.ts';
import { createShardHome } from './shard-home.ts';
import type { TrainData, TrainMethods } from './train-thread.ts';

const LOOK_MS = 500;
/** After so long without a sign of life, another worker redoes what a dead one had taken. */
const LOCK_MS = 10_000;

/** One run's thread: it goes with the run, and with it every crop that it holds. */
type Trainee = {
  run: string;
  /** Ends it between two pieces of work: under ONNX Runtime a thread cannot be ended without the whole process. */
  end: () => Promise<void>;
  shard: (data: unknown) => Promise<unknown>;
  round: (data: unknown, children: Record<string, unknown>) => Promise<unknown>;
  appraise: (data: unknown) => Promise<unknown>;
};

export type BesideLive = {
  /** What this worker is at. */
  readonly training: 'idle' | 'working' | 'held-back';
  close(): Promise<void>;
};

/**
 * Takes shards, rounds and appraisals from the queue. The thread is started for a run and ended with it.
 * @param options.model the embedder that serves now
 */
export function trainBesideLive(options: {
  redis: Redis;
  vault: Vault;
  live: LiveSignal;
  model: () => string;
  dataDir: string;
  logger: Logger;
}): BesideLive {
  const { redis, vault, live, model, dataDir, logger } = options;
  const isOver = async (run: string): Promise<boolean> => (await redis.get(trainingKeys.current)) !== run;
  const store = createRoundStore({ redis, vault, isOver });
  let trainee: Promise<Trainee> | undefined;
  let working = 0;

  const open = async (run: string): Promise<Trainee> => {
    const name = model();
    const { reins, end } = live.hold();
    const { thread } = await startThread<TrainMethods, undefined>({
      script: new URL('./train-thread.ts', import.meta.url),
      data: { model: name, dataDir, live: reins } satisfies TrainData,
      onDeath: (error) => {
        // Recognition goes on; the job that was under way fails, and the next one starts another thread.
        logger.error({ err: error }, 'the training thread broke down');
        trainee = undefined;
      },
    });
    logger.info({ run, model: name }, 'training begins');
    const shard = createShardProcessor({ store, thread });
    return {
      run,
      async end() {
        end();
        await thread.close();
      },
      round: createRoundProcessor({ store, thread, learn: shard }),
      shard,
      appraise: createAppraisalProcessor({ store, thread }),
    };
  };
  const forget = async (): Promise<void> => {
    const gone = await trainee?.catch(() => undefined);
    trainee = undefined;
    await gone?.end();
  };
  const traineeOf = async (run: string): Promise<Trainee> => {
    const current = await trainee?.catch(() => undefined);
    if (current?.run === run) return current;
    await forget();
    trainee = open(run);
    return trainee;
  };
  const work = async (job: Job, how: (trainee: Trainee) => Promise<unknown>): Promise<unknown> => {
    const { run } = job.data as { run?: unknown };
    if (typeof run !== 'string' || (await isOver(run))) throw new StaleRunError();
    working += 1;
    try {
      return await how(await traineeOf(run));
    } finally {
      working -= 1;
    }
  };
  const takeHome = createShardHome({ redis });
  const queue = {
    connection: redis,
    prefix: QUEUE_PREFIX,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    maxStalledCount: 2,
    removeOnComplete: { age: 3600, count: 100 },
    removeOnFail: { age: 3600, count: 100 },
  } satisfies WorkerOptions;
  const workers = [
    new Worker(
      SHARD_QUEUE,
      (job: Job, token?: string) =>
        work(job, async ({ shard }) => {
          await takeHome(job, token);
          return shard(job.data);
        }),
      queue,
    ),
    new Worker(
      ROUND_QUEUE,
      (job: Job) => work(job, async ({ round }) => round(job.data, await job.getChildrenValues())),
      queue,
    ),
    new Worker(APPRAISAL_QUEUE, (job: Job) => work(job, ({ appraise }) => appraise(job.data)), queue),
  ];
  for (const worker of workers) {
    worker.on('error', (error) => logger.debug({ err: error }, 'queue error'));
    worker.on('failed', (job, error) => {
      const foreseen = [StaleRunError, NetworkError, ThreadError].some((kind) => error instanceof kind);
      if (!foreseen) logger.warn({ err: error, job: job?.id }, 'a training job failed');
    });
  }

  const stopping = new AbortController();
  /** Nothing of a run that is over stays in memory: somebody in it may have been erased. */
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const mine = await trainee?.catch(() => undefined);
      const current = mine && (await redis.get(trainingKeys.current).catch(() => mine.run));
      if (mine && current !== mine.run) {
        await forget();
        logger.info({ run: mine.run }, 'training ends');
      }
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const ended = look();
  return {
    get training() {
      if (working === 0) return 'idle';
      return live.busy ? 'held-back' : 'working';
    },
    async close() {
      stopping.abort();
      await ended;
      // No job is taken from here on; one that was begun is done again by another worker.
      await Promise.all(workers.map((worker) => worker.close(true)));
      await forget();
    },
  };
}

/** The job belongs to a run that is over. */
class StaleRunError extends Error {
  override readonly name = 'StaleRunError';

  constructor() {
    super('The run that this belongs to is over.');
  }
}
