import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { LearningView } from './learning.ts';
import { passedOverText } from './passed-over.ts';

/** Says plainly that this browser learns, what it does about it now, and lets the person at it pause it. */
export function LearningNote({ view, onPause }: { view: LearningView; onPause: (paused: boolean) => void }) {
  const { state, crops, people, paused, step, engine, own, last, message } = view;
  return (
    <aside
      class="learning"
      aria-label={t('kiosk.learning.title')}
      data-testid="learning"
      data-state={state}
      data-crops={crops}
      data-people={people}
      data-engine={engine && JSON.stringify(engine)}
      data-own={own && JSON.stringify(own)}
      data-last={last && JSON.stringify(last)}
      data-message={message}
      data-step={step && JSON.stringify(step)}
    >
      <Icon name="training" />
      <p class="learning__title">{t('kiosk.learning.title')}</p>
      <p class="learning__state" title={engine?.passedOver.map(passedOverText).join('\n')}>
        {state === 'learning' && step && engine
          ? t('kiosk.learning.step', {
              at: step.at,
              of: step.of,
              backend: t(`kiosk.backend.${engine.backend}`),
            })
          : t(`kiosk.learning.states.${state}`)}
        {last &&
          state !== 'learning' &&
          ` ${t(last.used ? 'kiosk.learning.used' : 'kiosk.learning.notUsed')}`}
      </p>
      <Button onClick={() => onPause(!paused)}>
        {t(paused ? 'kiosk.learning.resume' : 'kiosk.learning.pause')}
      </Button>
    </aside>
  );
}
