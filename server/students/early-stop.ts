import type { RoundResult } from '../../protocol/training.ts';

/**
 * Rounds in a row that do worse than the best before them, after which a run stops. After two worse rounds
 * one that is better than all has come, after three none (see README, Fine-tuning).
 */
export const PATIENCE = 3;

/** Whether further rounds would only take a student away from its best on the people held out. */
export function isPastItsBest(
  rounds: readonly Pick<RoundResult, 'accuracy' | 'serving'>[],
  patience = PATIENCE,
): boolean {
  const last = rounds.slice(-patience);
  return (
    last.length === patience && last.every(({ accuracy, serving }) => accuracy.meanTpir < serving.meanTpir)
  );
}
