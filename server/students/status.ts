/** Why nothing trains right now, or that a run may begin. */
import type { TrainingRun, TrainingStatus } from '../../protocol/student-versions.ts';
import type { FewUsable, ModelProblem, TrainingReason } from '../../protocol/training-reasons.ts';
import { NEEDED } from './division.ts';
import type { StoredGroup } from './group.store.ts';
import { statusSentence } from './sentences.ts';
import type { DataCount } from './training-data.ts';

/** After a run that came to its end, and after one that did not. */
const PAUSE_MS = 30 * 60_000;
const PAUSE_AFTER_FAILURE_MS = 60_000;
/** Fewer people than this cannot be divided whoever they are. */
const LEAST_PEOPLE = 12;

const STATES: Record<TrainingReason['code'], TrainingStatus['state']> = {
  'round-running': 'running',
  'round-gives-way': 'held-back',
  'round-without-worker': 'no-worker',
  'switched-off': 'off',
  'group-paused': 'paused',
  'no-cameras': 'no-cameras',
  'model-parts-unknown': 'model',
  'model-refused': 'model',
  'few-enrolled': 'too-few-people',
  'few-usable': 'too-few-people',
  'no-worker': 'no-worker',
  'other-group': 'other-group',
  'lesson-measured': 'waiting',
  'nothing-new': 'nothing-new',
  'next-run': 'waiting',
  'run-begins': 'waiting',
};
export type StatusFacts = {
  enabled: boolean;
  model: string;
  /** Why this embedder cannot be taught. */
  modelProblem: ModelProblem | undefined;
  /** Workers that train. */
  workers: number;
  /** Those that have work of a run have all stopped for live crops. */
  heldBack: boolean;
  group: Pick<StoredGroup, 'paused' | 'cameras'>;
  counts: DataCount;
  /** What a division of these people lacked. */
  missing: FewUsable | undefined;
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
  const reason = reasonOf(facts);
  return {
    status: { state: STATES[reason.code], reason, message: statusSentence(reason) },
    due: reason.code === 'run-begins',
  };
}

function reasonOf(facts: StatusFacts): TrainingReason {
  const { model, group, counts, runs, now } = facts;
  const [last] = runs;
  if (last?.state === 'running') {
    const round = { round: last.rounds.length + 1, planned: last.planned };
    if (facts.workers === 0) return { code: 'round-without-worker', ...round };
    return { code: facts.heldBack ? 'round-gives-way' : 'round-running', ...round };
  }
  if (!facts.enabled) return { code: 'switched-off' };
  if (group.paused) return { code: 'group-paused' };
  if (group.cameras.length === 0) return { code: 'no-cameras' };
  if (facts.modelProblem) return facts.modelProblem;
  if (counts.people < LEAST_PEOPLE) return { code: 'few-enrolled', people: counts.people, needed: NEEDED };
  if (facts.missing) return facts.missing;
  if (facts.workers === 0) return { code: 'no-worker' };
  if (facts.otherGroup !== undefined) return { code: 'other-group', group: facts.otherGroup };
  if (facts.measuring) return { code: 'lesson-measured' };
  if (!facts.requested && last) {
    const pause = last.state === 'done' ? PAUSE_MS : PAUSE_AFTER_FAILURE_MS;
    const taught = facts.taughtAt !== undefined && facts.taughtAt > last.startedAt;
    if (last.state === 'done' && last.model === model && !taught && !hasGrown(last.counts, counts)) {
      return { code: 'nothing-new' };
    }
    const next = new Date(last.endedAt ?? last.startedAt).getTime() + pause;
    if (next > now) return { code: 'next-run', at: new Date(next).toISOString() };
  }
  return { code: 'run-begins' };
}

/** A twentieth more people, photos or confirmed crops. */
function hasGrown(before: DataCount, now: DataCount): boolean {
  return (['people', 'photos', 'confirmed'] as const).some(
    (what) => now[what] > before[what] * 1.05 && now[what] - before[what] >= 2,
  );
}
