import { t } from '../../i18n/t.ts';
import { Icon } from '../../ui/icon.tsx';

export const STEPS = ['who', 'photos', 'test'] as const;
export type Step = (typeof STEPS)[number];

/** Where in the enrolment one is. */
export function Steps({ current }: { current: Step }) {
  const at = STEPS.indexOf(current);
  return (
    <ol class="steps" aria-label={t('console.enrol.steps.label')}>
      {STEPS.map((step, i) => (
        <li
          key={step}
          class={i < at ? 'steps__step steps__step--done' : 'steps__step'}
          aria-current={step === current ? 'step' : undefined}
        >
          <span class="steps__number" aria-hidden="true">
            {i < at ? <Icon name="check" /> : i + 1}
          </span>
          <span>{t(`console.enrol.steps.${step}`)}</span>
          {i < at && <span class="visually-hidden">{t('console.enrol.steps.done')}</span>}
        </li>
      ))}
    </ol>
  );
}
