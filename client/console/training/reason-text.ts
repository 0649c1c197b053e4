import type { TrainingReason } from '../../../protocol/training-reasons.ts';
import { t } from '../../i18n/t.ts';
import { formatTime } from '../format.ts';

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
