/** When a version on trial may serve, and when one that serves has to go: rules on counts alone. */
import type { Trial, Watch } from '../../protocol/student-versions.ts';
import type { RetirementReason } from '../../protocol/training-reasons.ts';

/** Crops that a trial takes. */
export const TRIAL_CROPS = 100;
/** Of crops in which two versions name different people, so many in a hundred are too many. */
const MOST_DIFFERENT = 0.02;
/** Standard errors by which a loss must be more than chance. */
const BEYOND_CHANCE = 3;
/** Tracks to judge by, of each version. */
export const WATCHED_TRACKS = 30;
/** A loss smaller than this is left to people to judge. */
const LEAST_LOSS = 0.1;
const LEAST_SCORE_LOSS = 0.05;

export type Verdict = { kind: 'wait' } | { kind: 'good' } | { kind: 'bad'; because: RetirementReason };

/**
 * What a trial says: both versions judged the same crops, so only those on which they differ tell anything (McNemar).
 */
export function trialVerdict(trial: Trial): Verdict {
  const { compared, different, onlyServing, onlyTrial } = trial;
  if (compared < TRIAL_CROPS) return { kind: 'wait' };
  if (different / compared > MOST_DIFFERENT) {
    return {
      kind: 'bad',
      because: { code: 'trial-other-names', different, compared },
    };
  }
  const loss = onlyServing - onlyTrial;
  if (loss > BEYOND_CHANCE * Math.sqrt(onlyServing + onlyTrial)) {
    return {
      kind: 'bad',
      because: { code: 'trial-fewer-names', fewer: loss, compared },
    };
  }
  return { kind: 'good' };
}

/**
 * What the tracks since a promotion say, against those while the version before it served.
 * @returns `bad` when clearly fewer tracks are named, or their scores have fallen
 */
export function watchVerdict(options: { before: Watch | undefined; now: Watch | undefined }): Verdict {
  const { before, now } = options;
  if (!before || !now || before.tracks < WATCHED_TRACKS || now.tracks < WATCHED_TRACKS) {
    return { kind: 'wait' };
  }
  const [was, is] = [before.named / before.tracks, now.named / now.tracks];
  const pooled = (before.named + now.named) / (before.tracks + now.tracks);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.tracks + 1 / now.tracks));
  if (was - is > Math.max(LEAST_LOSS, BEYOND_CHANCE * error)) {
    return {
      kind: 'bad',
      because: { code: 'more-unknown', before: percent(1 - was), now: percent(1 - is) },
    };
  }
  const enough = before.named >= WATCHED_TRACKS && now.named >= WATCHED_TRACKS;
  const [better, worse] = [before.score ?? 0, now.score ?? 0];
  if (enough && better - worse > LEAST_SCORE_LOSS) {
    return {
      kind: 'bad',
      because: { code: 'lower-scores', before: rounded(better), now: rounded(worse) },
    };
  }
  return { kind: 'good' };
}

function percent(share: number): number {
  return Math.round(100 * share);
}

function rounded(score: number): number {
  return Math.round(100 * score) / 100;
}
