import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { cropsToInput, normalize } from '../../models/embedding.ts';
import type { Decision } from '../../protocol/jobs.ts';
import { SCORE_STEPS, studentKeys, type TrialField } from '../../protocol/students.ts';
import type { IdleGate } from '../runtime/idle-gate.ts';
import type { OperatingPointReplica } from '../runtime/operating-point.ts';
import type { Runtime, Serving } from '../runtime/serving.ts';
import type { Student, Students } from '../runtime/students.ts';
import { decide } from './decide.ts';
import { namedCandidates } from './named-candidates.ts';

/** Crops that wait for a quiet moment; more are left out. */
const MOST_WAITING = 8;
const LIFE_S = 7 * 24 * 3600;

/** A crop that was answered, to be judged once more by the version that serves and by the one on trial. */
export type TrialCrop = { crop: Uint8Array; serving: string | undefined; trial: string };

/**
 * Compares a version on trial with the one that serves, each on the crop alone, when no live work is in hand. Nothing
 * but counts comes of it.
 */
export type Trials = { consider(crop: TrialCrop): void };

export function createTrials(dependencies: {
  redis: Redis;
  gate: IdleGate;
  serving: Pick<Serving<{ students: Students }>, 'use'>;
  operatingPoint: Pick<OperatingPointReplica, 'ruleFor'>;
  logger: Logger;
}): Trials {
  const { redis, gate, serving, operatingPoint, logger } = dependencies;
  let waiting = 0;

  const judge = async (
    { entry, engine, gallery }: Runtime,
    crop: Uint8Array,
    student: Student | undefined,
  ): Promise<Decision> => {
    const output = await engine.embed(cropsToInput({ crops: [crop], input: entry.input }), 1, student?.id);
    const [matches] = await engine.match(Float32Array.from(normalize(output)), 1);
    const rule = operatingPoint.ruleFor(entry);
    return decide({
      candidates: namedCandidates({ matches: matches ?? [], gallery }),
      fpir: rule.fpir,
      entry: student?.entry ?? rule.entry,
      student: student?.id,
      gallerySize: gallery.size,
      galleryVersion: gallery.version,
    });
  };
  const compare = (crop: TrialCrop): Promise<void> =>
    serving.use(async (runtime) => {
      const trial = runtime.students.find(crop.trial);
      const served = crop.serving === undefined ? undefined : runtime.students.find(crop.serving);
      if (!trial || (crop.serving !== undefined && !served)) return; // Not ready here (yet).
      const [before, after] = [
        await judge(runtime, crop.crop, served),
        await judge(runtime, crop.crop, trial),
      ];
      await write(crop.trial, countsOf(before, after));
    });
  const write = async (trial: string, counts: Partial<Record<TrialField, number>>): Promise<void> => {
    const key = studentKeys.trial(trial);
    const all = redis.multi();
    for (const [field, by] of Object.entries(counts)) all.hincrby(key, field, by);
    await all.expire(key, LIFE_S).exec();
  };
  return {
    consider(crop) {
      if (waiting >= MOST_WAITING) return;
      waiting += 1;
      gate
        .idle(() => compare(crop))
        .catch((error: unknown) => logger.debug({ err: error }, 'a trial crop could not be judged'))
        .finally(() => {
          waiting -= 1;
        });
    },
  };
}

function countsOf(serving: Decision, trial: Decision): Partial<Record<TrialField, number>> {
  const [a, b] = [nameIn(serving), nameIn(trial)];
  const outcome =
    a === b ? 'same' : a === undefined ? 'onlyTrial' : b === undefined ? 'onlyServing' : 'different';
  const [before, after] = [serving.candidates[0]?.score, trial.candidates[0]?.score];
  if (before === undefined || after === undefined) return { compared: 1, [outcome]: 1 };
  return {
    compared: 1,
    [outcome]: 1,
    scored: 1,
    servingScore: Math.round(before * SCORE_STEPS),
    trialScore: Math.round(after * SCORE_STEPS),
  };
}

function nameIn({ state, candidates }: Decision): string | undefined {
  return state === 'identified' ? candidates[0]?.personId : undefined;
}
