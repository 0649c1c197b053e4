/** Training's reasons as the API says them, in English. */
import type {
  LeftOutReason,
  RetirementReason,
  RunReason,
  TrainingReason,
} from '../../protocol/training-reasons.ts';
import {
  learntAgain,
  leftOutWords,
  retirementWords,
  runWords,
  statusWords,
} from '../../protocol/training-words.ts';

type Facts = Readonly<Record<string, string | number>>;

/** Puts facts in the places of their names: `Round {round}`. */
const fill = (template: string, facts: Facts): string =>
  template.replace(/\{(\w+)\}/g, (_, fact: string) => `${facts[fact]}`);

/** Why nothing trains right now, or what does. Times are in UTC. */
export function statusSentence(reason: TrainingReason): string {
  switch (reason.code) {
    case 'round-running':
    case 'round-gives-way':
    case 'round-without-worker': {
      const { code, round, planned } = reason;
      return fill(statusWords[code], { round: planned === null ? round : `${round} of ${planned}` });
    }
    case 'few-enrolled':
    case 'few-usable': {
      const { one, other } = statusWords[reason.code];
      return fill(reason.people === 1 ? one : other, { ...reason, count: reason.people });
    }
    case 'next-run':
      return fill(statusWords[reason.code], { time: `${reason.at.slice(11, 16)} UTC` });
    default:
      return fill(statusWords[reason.code], reason);
  }
}

/** How a run ended. */
export const runSentence = (reason: RunReason): string => fill(runWords[reason.code], reason);

/** Why a version is retired. */
export function retirementSentence(reason: RetirementReason): string {
  const facts =
    reason.code === 'more-unknown' ? { before: `${reason.before} %`, now: `${reason.now} %` } : reason;
  return fill(retirementWords[reason.code], facts);
}

/** Why what a worker sent does not count, and whether another one learnt it after that. */
export function leftOutSentence({ reason, again }: { reason: LeftOutReason; again: boolean }): string {
  const facts =
    reason.code === 'too-long'
      ? { ...reason, length: reason.length.toPrecision(3), most: reason.most.toPrecision(3) }
      : reason;
  const sentence = fill(leftOutWords[reason.code], facts);
  return again ? `${sentence} ${learntAgain}` : sentence;
}
