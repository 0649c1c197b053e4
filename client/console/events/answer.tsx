import { useSignal } from '@preact/signals';
import type { Confirm, Confirmation } from '../../../protocol/confirmations.ts';
import type { Sighting } from '../../../protocol/events.ts';
import type { ListedPerson } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/message.tsx';
import { formatTime } from '../format.ts';
import { PersonPicker } from '../person-picker.tsx';
import { type Task, useTask } from '../use-task.ts';
import { confirmSighting, takeBackConfirmation } from './calls.ts';

export type Answering = {
  task: Task<unknown>;
  say: (answer: Confirm) => void;
  takeBack: () => void;
};

/** Sends answers about a sighting; the next one waits for the one before. */
export function useAnswering(sighting: Sighting, onChanged: (sighting: Sighting) => void): Answering {
  const [task, send] = useTask(async (answer: Confirm | undefined) => {
    const { id } = sighting;
    onChanged(await (answer ? confirmSighting(id, answer) : takeBackConfirmation(id)));
  });
  const ask = (answer: Confirm | undefined) => {
    if (!task.peek().busy) void send(answer);
  };
  return { task: task.value, say: ask, takeBack: () => ask(undefined) };
}

/** Was recognition right? Yes, no, somebody else; and what was said, with a way back. */
export function Answer({
  sighting,
  answering: { task, say, takeBack },
  now,
}: {
  sighting: Sighting;
  answering: Answering;
  now: number;
}) {
  const picking = useSignal(false);
  const chosen = useSignal<ListedPerson | undefined>(undefined);
  const tried = useSignal(false);
  const { confirmation } = sighting;
  const recognised = confirmation
    ? confirmation.recognised
    : sighting.personId && { id: sighting.personId, name: sighting.name ?? '' };
  return (
    <section class="answer" aria-busy={task.busy}>
      <h3>
        {recognised ? t('console.events.isIt', { name: recognised.name }) : t('console.events.whoIsIt')}
      </h3>
      <div class="buttons">
        {recognised && (
          <>
            <Button
              icon="check"
              aria-pressed={confirmation?.verdict === 'yes'}
              aria-keyshortcuts="y"
              disabled={task.busy}
              onClick={() => say({ verdict: 'yes' })}
            >
              {t('console.events.yes')}
            </Button>
            <Button
              icon="cross"
              aria-pressed={confirmation?.verdict === 'no'}
              aria-keyshortcuts="n"
              disabled={task.busy}
              onClick={() => say({ verdict: 'no' })}
            >
              {t('console.events.no')}
            </Button>
          </>
        )}
        <Button
          icon="person"
          aria-pressed={confirmation?.verdict === 'other'}
          aria-expanded={picking.value}
          onClick={() => (picking.value = !picking.value)}
        >
          {t(recognised ? 'console.events.other' : 'console.events.sayWho')}
        </Button>
      </div>
      {picking.value && (
        <div class="answer__pick">
          <PersonPicker
            except={recognised ? recognised.id : ''}
            chosen={chosen.value}
            onChosen={(person) => (chosen.value = person)}
            missing={tried.value && !chosen.value}
          />
          <Button
            variant="primary"
            busy={task.busy}
            onClick={() => {
              tried.value = true;
              if (!chosen.value) return;
              say({ verdict: 'other', person: chosen.value.id });
              picking.value = false;
            }}
          >
            {t('console.events.sayThis')}
          </Button>
        </div>
      )}
      {confirmation && (
        <Notice state="ok" live title={saidOf(confirmation)}>
          <p class="small">
            {t('console.events.saidBy', { by: confirmation.by, time: formatTime(confirmation.at, now) })}
          </p>
          <Button variant="quiet" icon="retry" disabled={task.busy} onClick={takeBack}>
            {t('console.events.takeBack')}
          </Button>
        </Notice>
      )}
      {task.error && (
        <Notice state="error" live title={t('console.events.answerFailed')}>
          <p>{task.error.message}</p>
        </Notice>
      )}
      <p class="muted small">{t('console.events.why')}</p>
    </section>
  );
}

function saidOf({ verdict, person, recognised }: Confirmation): string {
  const [is, not] = [person?.name ?? '', recognised?.name ?? ''];
  if (verdict === 'yes') return t('console.events.saidYes', { name: is });
  if (verdict === 'no') return t('console.events.saidNo', { name: not });
  return not ? t('console.events.saidOther', { name: is, not }) : t('console.events.saidWho', { name: is });
}
