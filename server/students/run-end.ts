import type { RunReason } from '../../protocol/training-reasons.ts';
import { TrainingError } from '../training/people.ts';
import { runSentence } from './sentences.ts';

/** A run of training, or what measures a lesson, ends before its end, for a reason that has a code. */
export class RunEnd extends TrainingError {
  readonly reason: RunReason;

  constructor(reason: RunReason) {
    super(runSentence(reason));
    this.reason = reason;
  }
}
