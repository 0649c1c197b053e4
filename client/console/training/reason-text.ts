import type { TrainingRound } from '../../../protocol/student-versions.ts';
import type {
  LeftOutReason,
  RetirementReason,
  RunReason,
  TrainingReason,
} from '../../../protocol/training-reasons.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { formatShare, formatTime } from '../format.ts';

/** Why nothing trains right now, or what does, in the reader's language and time zone. */
export function reasonText(reason: TrainingReason): string {
  switch (reason.code) {
    case 'round-running':
    case 'round-gives-way':
    case 'round-without-worker': {
      const { code, round, planned } = reason;
      const at = planned === null ? round : t('console.training.roundOf', { round, planned });
      return t(`console.training.reasons.${code}`, { round: at });
    }
    case 'model-parts-unknown':
      return t('console.training.reasons.model-parts-unknown', { model: reason.model });
    case 'model-refused':
      return t('console.training.reasons.model-refused', { model: reason.model, words: reason.words });
    case 'few-enrolled':
      return t('console.training.reasons.few-enrolled', { count: reason.people, needed: reason.needed });
    case 'few-usable': {
      const { people, several, needed } = reason;
      return t('console.training.reasons.few-usable', { count: people, several, needed });
    }
    case 'other-group':
      return t('console.training.reasons.other-group', { group: reason.group });
    case 'next-run':
      return t('console.training.reasons.next-run', { time: formatTime(reason.at, Date.now()) });
    default:
      return t(`console.training.reasons.${reason.code}`);
  }
}

/** How a run ended, in the reader's language. */
export function runReasonText(reason: RunReason): string {
  switch (reason.code) {
    case 'on-trial':
    case 'by-hand':
      return t(`console.training.runReasons.${reason.code}`, { version: reason.version });
    case 'not-tried':
      return t('console.training.runReasons.not-tried', { version: reason.version, words: reason.words });
    default:
      return t(`console.training.runReasons.${reason.code}`);
  }
}

/** Why a version is retired, in the reader's language; stands after a colon. */
export function retirementText(reason: RetirementReason): string {
  switch (reason.code) {
    case 'replaced':
      return t('console.training.retirements.replaced', { version: reason.version });
    case 'trial-other-names': {
      const { different, compared } = reason;
      return t('console.training.retirements.trial-other-names', { different, compared });
    }
    case 'trial-fewer-names': {
      const { fewer, compared } = reason;
      return t('console.training.retirements.trial-fewer-names', { fewer, compared });
    }
    case 'more-unknown': {
      const [before, now] = [formatShare(reason.before / 100, 0), formatShare(reason.now / 100, 0)];
      return t('console.training.retirements.more-unknown', { before, now });
    }
    case 'lower-scores': {
      const [before, now] = [formatNumber(reason.before, 2), formatNumber(reason.now, 2)];
      return t('console.training.retirements.lower-scores', { before, now });
    }
    default:
      return t(`console.training.retirements.${reason.code}`);
  }
}

/** Why what a worker sent in a round does not count, in the reader's language. */
export function leftOutText({ message, reason, again }: TrainingRound['rejected'][number]): string {
  if (!reason) return message;
  const text = leftOutReasonText(reason);
  return again ? `${text} ${t('console.training.learntAgain')}` : text;
}

function leftOutReasonText(reason: LeftOutReason): string {
  switch (reason.code) {
    case 'missing':
    case 'malformed':
      return t(`console.training.leftOutReasons.${reason.code}`, { words: reason.words });
    case 'too-long': {
      const { length, most, steps } = reason;
      const of = { length: formatNumber(length, 2), most: formatNumber(most, 2), steps };
      return t('console.training.leftOutReasons.too-long', of);
    }
    default:
      return t(`console.training.leftOutReasons.${reason.code}`);
  }
}
