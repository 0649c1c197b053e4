/** Why nothing trains right now, in words; or that a run may begin. */
import type { TrainingRun, TrainingStatus } from '../../protocol/student-versions.ts';
import type { StoredGroup } from './group.store.ts';
import type { DataCount } from './training-data.ts';

/** After a run that came to its end, and after one that did not. */
const PAUSE_MS = 30 * 60_000;
const PAUSE_AFTER_FAILURE_MS = 60_000;
/** Fewer people than this cannot be divided whoever they are. */
const LEAST_PEOPLE = 12;

export type StatusFacts = {
  enabled: boolean;
  model: string;
  /** Why this embedder cannot be taught. */
  modelProblem: string | undefined;
  /** Workers that train. */
  workers: number;
  /** Those that have work of a run have all stopped for live crops. */
  heldBack: boolean;
  group: Pick<StoredGroup, 'paused' | 'cameras'>;
  counts: DataCount;
  /** What a division of these people lacked. */
  missing: string | undefined;
  /** Newest first. */
  runs: readonly TrainingRun[];
  /** When a kiosk made the version that a run would begin with; undefined: none did. */
  taughtAt: string | undefined;
  /** Somebody asked for a run now. */
  requested: boolean;
  /** Name of a group that trains now. */
  otherGroup: string | undefined;
  /** What a kiosk's browser learnt for this group is being measured. */
  measuring: boolean;
  now: number;
};

/** The first thing that stands in the way decides. */
export function statusOf(facts: StatusFacts): { status: TrainingStatus; due: boolean } {
  const { group, counts, runs, now } = facts;
  const not = (state: TrainingStatus['state'], message: string) => ({
    status: { state, message },
    due: false,
  });
  const [last] = runs;
  if (last?.state === 'running') {
    const round = `Round ${last.rounds.length + 1}${last.planned === null ? '' : ` of ${last.planned}`}`;
    if (facts.workers === 0) {
      return not(
        'no-worker',
        `${round} waits for a worker that trains; none is there. See WORKERS and TRAINING.`,
      );
    }
    if (facts.heldBack) {
      return not(
        'held-back',
        `${round} gives way to live crops: it goes on in their pauses, and slowly without any.`,
      );
    }
    return not('running', `${round} is under way.`);
  }
  if (!facts.enabled) return not('off', 'Training is switched off by TRAINING=off.');
  if (group.paused) return not('paused', 'Training of this group is paused. Resume it to train.');
  if (group.cameras.length === 0) return not('no-cameras', 'The group has no camera. Add one.');
  if (facts.modelProblem) return not('model', `${facts.model} cannot be taught: ${facts.modelProblem}`);
  if (counts.people < LEAST_PEOPLE) {
    return not(
      'too-few-people',
      `${counts.people} people are enrolled. About 15 with two photos each are needed: a third of them is held out to measure by.`,
    );
  }
  if (facts.missing) return not('too-few-people', facts.missing);
  if (facts.workers === 0)
    return not('no-worker', 'No worker is there that trains. See WORKERS and TRAINING.');
  if (facts.otherGroup)
    return not('other-group', `The group “${facts.otherGroup}” trains now; this one is next.`);
  if (facts.measuring) {
    return not('waiting', 'What a kiosk’s browser learnt is being measured; a run can begin after that.');
  }
  if (!facts.requested && last) {
    const pause = last.state === 'done' ? PAUSE_MS : PAUSE_AFTER_FAILURE_MS;
    const taught = facts.taughtAt !== undefined && facts.taughtAt > last.startedAt;
    if (last.state === 'done' && last.model === facts.model && !taught && !hasGrown(last.counts, counts)) {
      return not(
        'nothing-new',
        'There is little new to learn since the last run. Confirm sightings of these cameras, or enrol people.',
      );
    }
    const next = new Date(last.endedAt ?? last.startedAt).getTime() + pause;
    if (next > now) {
      return not(
        'waiting',
        `The next run begins at ${new Date(next).toISOString().slice(11, 16)} UTC at the earliest.`,
      );
    }
  }
  return { status: { state: 'waiting', message: 'A run begins in a moment.' }, due: true };
}

/** A twentieth more people, photos or confirmed crops. */
function hasGrown(before: DataCount, now: DataCount): boolean {
  return (['people', 'photos', 'confirmed'] as const).some(
    (what) => now[what] > before[what] * 1.05 && now[what] - before[what] >= 2,
  );
}
