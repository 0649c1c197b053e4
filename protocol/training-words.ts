/**
 * Training's reasons (`training-reasons.ts`) as sentences in English: those of the API, and those of the console where it
 * speaks English.
 */
import type { LeftOutReason, RetirementReason, RunReason, TrainingReason } from './training-reasons.ts';

type Counted = { readonly one: string; readonly other: string };

/** Why nothing trains right now, or what does; `count`: people. */
export const statusWords = {
  'round-running': 'Round {round} is under way.',
  'round-gives-way':
    'Round {round} gives way to live crops: it goes on in their pauses, and slowly without any.',
  'round-without-worker':
    'Round {round} waits for a worker that trains; none is there. See WORKERS and TRAINING.',
  'switched-off': 'Training is switched off by TRAINING=off.',
  'group-paused': 'Training of this group is paused. Resume it to train.',
  'no-cameras': 'The group has no camera. Add one.',
  'model-parts-unknown': '{model} cannot be taught: its file has parts that are not known here.',
  'model-refused': '{model} cannot be taught: {words}',
  'few-enrolled': {
    one: '{count} person is enrolled. About {needed} with two photos each are needed: a third of them is held out to measure by.',
    other:
      '{count} people are enrolled. About {needed} with two photos each are needed: a third of them is held out to measure by.',
  },
  'few-usable': {
    one: '{count} person can be learnt from; held out with two photos or more: {several}. About {needed} people with two photos each are needed: a third of them is held out to measure by.',
    other:
      '{count} people can be learnt from; held out with two photos or more: {several}. About {needed} people with two photos each are needed: a third of them is held out to measure by.',
  },
  'no-worker': 'No worker is there that trains. See WORKERS and TRAINING.',
  'other-group': 'The group “{group}” trains now; this one is next.',
  'lesson-measured': 'What a kiosk’s browser learnt is being measured; a run can begin after that.',
  'nothing-new':
    'There is little new to learn since the last run. Confirm sightings of these cameras, or enrol people.',
  'next-run': 'Next run at the earliest: {time}.',
  'run-begins': 'A run begins in a moment.',
} as const satisfies Record<TrainingReason['code'], string | Counted>;

/** How a run ended. */
export const runWords = {
  'no-better': 'It did no better on the people held out, so nothing changes.',
  'on-trial': 'Version {version} is better on the people held out, and is on trial.',
  'by-hand': 'Version {version} is better on the people held out. Promote it by hand.',
  'not-tried': 'Version {version} is better on the people held out, but cannot be tried out now: {words}',
  'person-erased': 'Somebody whom it learnt from was erased.',
  'group-deleted': 'The group was deleted.',
  'group-paused': 'Training of this group was paused.',
  'other-server': 'Another server runs the trainings now.',
  'server-stopped': 'The server was stopped.',
  'cut-off': 'It was cut off: its server ended, or could not reach the database.',
  'redis-lost': 'Redis was started anew and has lost this run. Another one begins in a while.',
  'file-lost': 'The new version’s file is not in Redis any more.',
  'file-changed': 'The new version’s file is not the one that was measured.',
} as const satisfies Record<RunReason['code'], string>;

/** Why a version is retired; stands after a colon. */
export const retirementWords = {
  replaced: 'version {version} took its place',
  'by-hand': 'rolled back by hand',
  'person-erased': 'somebody it learnt from was erased',
  'trial-other-names': 'in the trial it gave another name in {different} of {compared} crops',
  'trial-fewer-names': 'in the trial it named {fewer} crops fewer of {compared} than the version that serves',
  'more-unknown': 'unknown faces rose from {before} to {now} of the tracks',
  'lower-scores': 'the scores of named people fell from {before} to {now}',
} as const satisfies Record<RetirementReason['code'], string>;

/** Why what a worker sent in a round does not count. */
export const leftOutWords = {
  missing: 'Nothing that can be opened came from it: {words}',
  malformed: 'What it sent does not fit: {words}',
  'other-version': 'It learnt from another version than this round’s.',
  'too-long': 'Its step is {length} long; {steps} steps bring {most} at most.',
  stray: 'It points elsewhere than what the others learnt.',
} as const satisfies Record<LeftOutReason['code'], string>;

/** After why it was left out. */
export const learntAgain = 'Its part was learnt again.';
