import { t } from '../../i18n/t.ts';
import type { Backend } from '../../pipeline/backend.ts';

/** Why a backend does not teach in this browser. */
export type Why =
  | { code: 'absent' | 'does-not-start' | 'wrong-embedding' | 'not-finite' }
  /** For the golden crop forwards, and for its gradient. */
  | { code: 'slow-crop' | 'slow-gradient'; ms: number }
  /** Length of the difference from wasm's gradient, relative to that. */
  | { code: 'wrong-gradient'; error: number }
  /** In the words of whoever threw it. */
  | { code: 'failed'; words: string };

/** The same as a sentence in the reader's language. */
export function passedOverText({ backend: name, why }: { backend: Backend; why: Why }): string {
  const backend = t(`kiosk.backend.${name}`);
  switch (why.code) {
    case 'slow-crop':
    case 'slow-gradient':
      return t(`kiosk.learning.passedOver.${why.code}`, { backend, ms: Math.round(why.ms) });
    case 'wrong-gradient': {
      const share = t('ui.percent', { value: Number((100 * why.error).toPrecision(2)) });
      return t('kiosk.learning.passedOver.wrong-gradient', { backend, share });
    }
    case 'failed':
      return t('kiosk.learning.passedOver.failed', { backend, words: why.words });
    default:
      return t(`kiosk.learning.passedOver.${why.code}`, { backend });
  }
}
