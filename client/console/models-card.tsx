import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ModelDescription, ModelSwitchStatus } from '../../protocol/models.ts';
import { t } from '../i18n/t.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ErrorState, LoadingState, Notice } from '../ui/message.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { showToast } from '../ui/toast.tsx';
import { formatBytes, formatDuration } from './format.ts';
import { cancelModelSwitch, getModels, useModel } from './model-calls.ts';
import { UseModelDialog } from './use-model-dialog.tsx';
import { useTask } from './use-task.ts';

const CHANGING_MS = 1000;
const QUIET_MS = 10_000;

/** Which models there are and which serve; has the embedder changed, and shows how far that is. */
export function ModelsCard() {
  const [task, load] = useTask(getModels);
  const asked = useSignal<ModelDescription | undefined>(undefined);
  const { value, error } = task.value;
  const change = value?.switch ?? undefined;
  const running = change !== undefined && change.state !== 'stopped';
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), running ? CHANGING_MS : QUIET_MS);
    return () => clearInterval(timer);
  }, [running]);

  const serving = value?.models.find((model) => model.task === 'embed' && model.serving);
  const changingTo = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (changingTo.current && changingTo.current === serving?.name) {
      showToast({ state: 'ok', text: t('console.models.change.done', { name: serving.name }) });
    }
    changingTo.current = change?.model;
  }, [change?.model, serving?.name]);

  return (
    <Card title={t('console.models.title')}>
      <p class="muted">{t('console.models.lead')}</p>
      {!value && !error && <LoadingState />}
      {!value && error && (
        <ErrorState title={t('console.models.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      )}
      {change && <Change change={change} onChanged={() => void load()} />}
      {value?.models.map((model) => (
        <Model
          key={model.name}
          model={model}
          onUse={
            model.task === 'embed' &&
            !model.serving &&
            !change &&
            model.calibrated &&
            model.file === 'present'
              ? () => {
                  asked.value = model;
                }
              : undefined
          }
        />
      ))}
      {asked.value && (
        <UseModelDialog
          model={asked.value}
          serving={serving?.name ?? ''}
          onBegun={() => void load()}
          onClose={() => {
            asked.value = undefined;
          }}
        />
      )}
    </Card>
  );
}

function Model({ model, onUse }: { model: ModelDescription; onUse: (() => void) | undefined }) {
  const { name, task, serving, file, calibrated, dimensions, bytes, licence, trainingData, source } = model;
  const facts = [
    t(`console.models.tasks.${task}`),
    ...(dimensions ? [t('console.models.dimensions', { count: dimensions })] : []),
    formatBytes(bytes),
    t(`console.models.files.${file}`),
  ];
  return (
    <section class="model" data-testid="model" data-name={name}>
      <div class="model__head">
        <h3>{name}</h3>
        {serving && <Badge state="ok">{t('console.models.serves')}</Badge>}
        {!calibrated && <Badge state="warning">{t('console.models.notCalibrated')}</Badge>}
        {onUse && (
          <Button aria-label={t('console.models.useName', { name })} onClick={onUse}>
            {t('console.models.use')}
          </Button>
        )}
      </div>
      <p class="muted">{facts.join(' · ')}</p>
      {file === 'missing' && <p>{t('console.models.missingHint', { name })}</p>}
      <details>
        <summary>
          {t('console.models.licence')}: {licence.spdx}
        </summary>
        <dl class="facts">
          <div class="facts__row">
            <dt class="muted">{t('console.models.licence')}</dt>
            <dd>{licence.note}</dd>
          </div>
          <div class="facts__row">
            <dt class="muted">{t('console.models.trainingData')}</dt>
            <dd>{trainingData}</dd>
          </div>
          <div class="facts__row">
            <dt class="muted">{t('console.models.source')}</dt>
            <dd>{source}</dd>
          </div>
        </dl>
      </details>
    </section>
  );
}

function Change({ change, onChanged }: { change: ModelSwitchStatus; onChanged: () => void }) {
  const { model: name, state, message, total, done, failed, perSecond, secondsLeft, lost = [] } = change;
  const [cancelling, cancel] = useTask(async () => {
    await cancelModelSwitch();
    onChanged();
  });
  const [going, goOn] = useTask(async (force: boolean) => {
    await useModel({ name, force });
    onChanged();
  });
  const problem = cancelling.value.error ?? going.value.error;
  const label =
    state === 'preparing'
      ? t('console.models.change.preparing', { name })
      : t('console.models.change.embedding', { name, done, total });
  return (
    <div class="model-change" data-testid="model-change" data-state={state}>
      {state === 'stopped' ? (
        <Notice state="warning" live title={t('console.models.change.stopped', { name })}>
          <p>{message}</p>
          {lost.length > 0 && <p>{t('console.models.change.lost')}</p>}
          {lost.length > 0 && (
            <ul class="bullets">
              {lost.map((person) => (
                <li key={person.id}>{person.name}</li>
              ))}
            </ul>
          )}
        </Notice>
      ) : (
        <ProgressBar
          label={label}
          {...(state === 'embedding' ? { value: total > 0 ? done / total : 1 } : {})}
        />
      )}
      {perSecond !== undefined && secondsLeft !== undefined && state === 'embedding' && (
        <p class="muted">
          {t('console.models.change.rate', {
            rate: Math.round(perSecond),
            left: formatDuration(secondsLeft * 1000),
          })}
        </p>
      )}
      {failed > 0 && <p>{t('console.models.change.cannotEmbed', { count: failed })}</p>}
      {problem && (
        <Notice state="error" live title={t('console.models.change.cancelFailed')}>
          <p>{problem.message}</p>
        </Notice>
      )}
      <div class="model-change__actions">
        {state === 'stopped' && (
          <Button busy={going.value.busy} onClick={() => void goOn(lost.length > 0)}>
            {t(lost.length > 0 ? 'console.models.change.goOnWithout' : 'console.models.change.goOn')}
          </Button>
        )}
        <Button busy={cancelling.value.busy} onClick={() => void cancel()}>
          {t('console.models.change.cancel')}
        </Button>
      </div>
    </div>
  );
}
