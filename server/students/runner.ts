import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { thresholdFor } from '../../models/decision.ts';
import { writeCheckpoint } from '../../models/training/checkpoint.ts';
import type { LessonResult } from '../../protocol/lessons.ts';
import type { Lineage, StudentVersion, TrainingRound } from '../../protocol/student-versions.ts';
import {
  type Appraisal,
  type RoundJob,
  type RoundResult,
  TRAINING_LIFE_S,
  trainingKeys,
  trainingPurposes,
} from '../../protocol/training.ts';
import { type FewUsable, MOST_WORDS, type RunReason } from '../../protocol/training-reasons.ts';
import type { Vault } from '../../vault/vault.ts';
import { refineByCamera } from '../operating-point/refine.ts';
import { openFederation, servingAfter } from '../training/federation.ts';
import { type Division, divide } from './division.ts';
import { isPastItsBest } from './early-stop.ts';
import type { StoredGroup } from './group.store.ts';
import type { Offer } from './lessons.ts';
import type { RunStore } from './run.store.ts';
import { RunEnd } from './run-end.ts';
import { leftOutSentence, runSentence } from './sentences.ts';
import type { Start } from './start.ts';
import type { Students } from './students.ts';
import type { TrainingData } from './training-data.ts';
import type { VersionStore } from './version.store.ts';

/** With ONNX Runtime's gradients every worker can learn the whole student. */
const PART = 'full';
const MOST_SHARDS = 4;
/** Where thresholds are shown to people: the default promise among so many. */
const SHOWN = { fpir: 0.003, gallerySize: 1000 };

type Prepared = Start & { division: Division };

/** One run of training, from the people to a version that may be tried out. */
export type Runner = {
  /** That a run has at most. */
  readonly rounds: number;
  /** Of one run; more would see too few people each. */
  readonly mostWorkers: number;
  prepare(input: {
    group: StoredGroup;
    model: string;
    workers: number;
  }): Promise<Prepared | { missing: FewUsable }>;
  /** @returns what came of it. @throws when it fails, or with the signal's reason */
  run(input: {
    id: string;
    group: StoredGroup;
    prepared: Prepared;
    signal: AbortSignal;
  }): Promise<{ reason: RunReason; version: string | null }>;
  /**
   * Measures what a kiosk made beside what it began with, on the people held out; a better one becomes a version.
   * @throws when it fails, or with the signal's reason
   */
  judge(input: {
    id: string;
    group: StoredGroup;
    prepared: Prepared;
    offer: Offer;
    signal: AbortSignal;
  }): Promise<LessonResult>;
  /** Removes from Redis what a run left there that nobody closed. Not to be called while one is under way. */
  sweep(): Promise<void>;
};

export function createRunner(dependencies: {
  redis: Redis;
  /** A connection that may block; the runner disconnects it. */
  connect: () => Redis;
  vault: Vault;
  data: TrainingData;
  runs: Pick<RunStore, 'addRound'>;
  versions: VersionStore;
  students: Pick<Students, 'tryOut'>;
  startOf: (group: string) => Promise<Start>;
  rounds: number;
  steps: number;
  /** See {@link isPastItsBest}. */
  patience: number | undefined;
  logger: Logger;
}): Runner {
  const { redis, connect, vault, data, runs, versions, students, startOf, rounds, steps, patience, logger } =
    dependencies;

  /** @param runs one, or a pattern of several */
  const dropAll = async (runs: string): Promise<void> => {
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', trainingKeys.all(runs), 'COUNT', 500);
      cursor = next;
      if (keys.length > 0) await redis.del(...keys);
    } while (cursor !== '0');
  };
  const dropRun = async (run: string): Promise<void> => {
    // Another server may run one by now.
    if ((await redis.get(trainingKeys.current)) === run) await redis.del(trainingKeys.current);
    await dropAll(run);
  };
  /** A run of which everything is gone when it is closed. */
  const openRun = async ({ division, tensors, modelFile }: Prepared, signal: AbortSignal) => {
    // Commands of a run wait until Redis is back.
    const commands = connect();
    const run = randomUUID();
    let opened: Awaited<ReturnType<typeof openFederation>> | undefined;
    const close = async (): Promise<void> => {
      await opened?.federation.close().catch(() => {});
      commands.disconnect();
      await dropRun(run).catch(() => {}); // What stays is swept before the next run.
    };
    const aborted = new Promise<never>((_, reject) => {
      const stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    aborted.catch(() => {});
    const unlessAborted = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await Promise.race([work, aborted]);
      } catch (error) {
        // Workers refuse what is not of the current run; that it was forgotten is what people are to read.
        if (signal.aborted || (await commands.get(trainingKeys.current)) === run) throw error;
        throw new RunEnd({ code: 'redis-lost' });
      }
    };
    try {
      // Named before anything of it is there: whatever becomes of this process, it is found.
      await unlessAborted(commands.set(trainingKeys.current, run));
      opened = await unlessAborted(
        openFederation({
          redis: commands,
          vault,
          run,
          scope: {
            model: modelFile,
            part: PART,
            shapes: new Map([...tensors].map(([name, { dims }]) => [name, dims])),
          },
          start: tensors,
          shards: division.shards,
          rounds: division.shards.length,
          validation: division.validation,
        }),
      );
    } catch (error) {
      await close();
      throw error;
    }
    const { federation, first } = opened;
    /** Measures a checkpoint as it would serve. @returns how it does, and its ONNX file */
    const appraise = async (id: string): Promise<{ appraisal: Appraisal; onnx: Buffer }> => {
      const appraisal = await unlessAborted(federation.appraise(id));
      const sealed = await unlessAborted(commands.getBuffer(trainingKeys.file(run, id)));
      if (!sealed) throw new RunEnd({ code: 'file-lost' });
      const onnx = vault.open(trainingPurposes.weights, sealed);
      if (createHash('sha256').update(onnx).digest('hex') !== appraisal.sha256) {
        throw new RunEnd({ code: 'file-changed' });
      }
      return { appraisal, onnx };
    };
    return { federation, run, first, commands, unlessAborted, appraise, close };
  };
  /** Makes a version of what was measured. */
  const keep = async (input: {
    id: string;
    group: StoredGroup;
    prepared: Prepared;
    measured: { appraisal: Appraisal; onnx: Uint8Array };
    before: Lineage['before'];
    people: readonly string[];
    made: Pick<Lineage, 'rounds' | 'steps' | 'crops' | 'kiosk'>;
    signal: AbortSignal;
  }): Promise<StudentVersion> => {
    const { id, group, prepared, measured, before, people, made, signal } = input;
    const { division, model, parent } = prepared;
    const { appraisal, onnx } = measured;
    signal.throwIfAborted();
    const thresholds = refineByCamera({ table: model, ...appraisal.impostors });
    const about = {
      id: randomUUID(),
      model: model.name,
      sha256: appraisal.sha256,
      golden: appraisal.golden,
      thresholds,
    };
    const lineage: Lineage = {
      run: id,
      ...made,
      people: { trained: people.length, heldOut: division.heldOut.length },
      before,
      after: appraisal.accuracy,
      threshold: {
        before: thresholdFor({ manifestEntry: model, ...SHOWN }),
        after: thresholdFor({ manifestEntry: { thresholds }, ...SHOWN }),
      },
    };
    const version = await versions.add({
      group: group.id,
      about,
      onnx,
      parent: parent?.id ?? null,
      lineage,
      people,
    });
    // Whoever was erased while it was written is not among those whose versions were excluded then.
    if ((await data.enrolled(people)) < people.length) {
      await versions.exclude(version.id);
      throw new RunEnd({ code: 'person-erased' });
    }
    logger.info({ group: group.id, version: version.number }, 'a student was trained');
    return version;
  };
  /** @returns what becomes of a version; that it cannot be tried out now does not undo what was learnt */
  const offer = async (group: StoredGroup, { id, number: version }: StudentVersion): Promise<RunReason> => {
    if (!group.automatic) return { code: 'by-hand', version };
    try {
      await students.tryOut({ id, by: 'server' });
      return { code: 'on-trial', version };
    } catch (error) {
      const words = (error instanceof Error ? error.message : String(error)).slice(0, MOST_WORDS);
      return { code: 'not-tried', version, words };
    }
  };

  return {
    rounds,
    mostWorkers: MOST_SHARDS,
    async prepare({ group, model, workers }) {
      const start = await startOf(group.id);
      const people = await data.read({ model, cameras: group.cameras.map(({ id }) => id) });
      const seed = Date.now() % 1_000_000;
      const shards = Math.max(1, Math.min(workers, MOST_SHARDS));
      const division = divide({ people, shards, shift: group.shift, seed });
      if ('missing' in division) return division;
      return { ...start, division };
    },

    async run({ id, group, prepared, signal }) {
      const { division } = prepared;
      const { federation, first, unlessAborted, appraise, close } = await openRun(prepared, signal);
      try {
        let serving: RoundJob['serving'] = { id: first, accuracy: null };
        let base = first;
        let best = 0;
        const seed = Date.now() % 1_000_000;
        const results: RoundResult[] = [];
        for (let round = 1; round <= rounds && !isPastItsBest(results, patience); round++) {
          const at = performance.now();
          const result = await unlessAborted(
            federation.round({
              round,
              base,
              serving,
              steps,
              arrived: 0,
              seed,
              progress: { from: (round - 1) / rounds, to: round / rounds },
            }),
          );
          results.push(result);
          if (result.promoted) best = round;
          base = result.candidate;
          serving = servingAfter(result, serving);
          await runs.addRound(id, toRound(result, (performance.now() - at) / 1000));
        }
        const before = results[0]?.serving;
        const measured = best > 0 ? await appraise(serving.id) : undefined;
        // A round's own figures are its worker's word.
        if (!before || !measured || measured.appraisal.accuracy.meanTpir <= before.meanTpir) {
          return { reason: { code: 'no-better' }, version: null };
        }
        const version = await keep({
          id,
          group,
          prepared,
          measured,
          before,
          people: division.trained,
          made: { rounds: best, steps: best * steps, crops: division.crops },
          signal,
        });
        return { reason: await offer(group, version), version: version.id };
      } finally {
        await close();
      }
    },

    async judge({ id, group, prepared, offer: made, signal }) {
      // Nobody learns in this run: no crop leaves the database but those to measure by.
      const division = { ...prepared.division, shards: [] };
      const { run, first, commands, unlessAborted, appraise, close } = await openRun(
        { ...prepared, division },
        signal,
      );
      try {
        if (first !== made.base) {
          return refused(
            'The group has gone on from another version meanwhile; the next lesson begins there.',
          );
        }
        const candidate = await writeCheckpoint({
          kind: 'weights',
          dtype: 'f32',
          model: prepared.modelFile,
          parent: first,
          tensors: made.tensors,
        });
        const sealed = vault.seal(trainingPurposes.weights, candidate.bytes);
        const key = trainingKeys.checkpoint(run, candidate.id);
        await unlessAborted(commands.set(key, sealed, 'EX', TRAINING_LIFE_S));
        const before = (await appraise(first)).appraisal.accuracy;
        const measured = await appraise(candidate.id);
        const after = measured.appraisal.accuracy;
        if (after.meanTpir <= before.meanTpir) {
          return { before, after, used: false, message: 'It did no better on the people held out.' };
        }
        const { taught, kiosk } = made;
        const version = await keep({
          id,
          group,
          prepared,
          measured,
          before,
          people: made.people,
          made: {
            rounds: 1,
            steps: taught.steps,
            crops: { enrolled: 0, confirmed: taught.crops },
            kiosk: {
              ...kiosk,
              backend: taught.backend,
              part: taught.part,
              before: taught.before,
              after: taught.after,
            },
          },
          signal,
        });
        const message = `${runSentence(await offer(group, version))} Training goes on from it.`;
        return { before, after, used: true, message };
      } finally {
        await close();
      }
    },

    async sweep() {
      await redis.del(trainingKeys.current);
      await dropAll('*');
    },
  };
}

function refused(message: string): LessonResult {
  return { before: null, after: null, used: false, message };
}

function toRound(
  { round, results, joinedAt, rejected, accuracy, promoted, bytes }: RoundResult,
  seconds: number,
): TrainingRound {
  return {
    round,
    shards: results.map(({ shard, samples, firstLoss, lastLoss, startedAt, ms }) => ({
      shard,
      samples,
      first: firstLoss,
      last: lastLoss,
      seconds: ms / 1000,
      // Clocks of two workers may differ a little.
      age: Math.max(ms, joinedAt - startedAt) / 1000,
    })),
    rejected: rejected.map((one) => ({ ...one, message: leftOutSentence(one) })),
    accuracy,
    kept: promoted,
    bytes,
    seconds,
  };
}
