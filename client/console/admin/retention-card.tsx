import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Retention, type RetentionResponse, retentionSchema } from '../../../protocol/retention.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useTask } from '../use-task.ts';
import { getRetention, previewRetention, setRetention } from './operation-calls.ts';

/** How long sightings are kept; what a shorter time would delete is told before. */
export function RetentionCard() {
  const [task, load] = useTask(getRetention);
  useEffect(() => void load(), []);
  const { value, error } = task.value;
  return (
    <Card title={t('console.retention.title')}>
      <p class="muted">{t('console.retention.lead')}</p>
      {error ? (
        <ErrorState title={t('console.retention.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : !value ? (
        <LoadingState />
      ) : (
        <RetentionForm now={value} onSaved={() => void load()} />
      )}
    </Card>
  );
}

const FIELDS = [
  ['unknownHours', 'unknown'],
  ['sightingDays', 'identified'],
] as const;

function RetentionForm({ now, onSaved }: { now: RetentionResponse; onSaved: () => void }) {
  const texts = useSignal({
    unknownHours: String(now.retention.unknownHours),
    sightingDays: String(now.retention.sightingDays),
  });
  const asking = useSignal<{ unknown: number; identified: number } | undefined>(undefined);
  const entered = {
    unknownHours: Number(texts.value.unknownHours.trim() || Number.NaN),
    sightingDays: Number(texts.value.sightingDays.trim() || Number.NaN),
  };
  const parsed = retentionSchema.safeParse(entered);
  const [saving, save] = useTask(async (retention: Retention) => {
    await setRetention(retention);
    asking.value = undefined;
    showToast({ state: 'ok', text: t('console.retention.saved') });
    onSaved();
  });
  const [looking, submit] = useTask(async (retention: Retention) => {
    const counts = await previewRetention(retention);
    if (counts.unknown + counts.identified > 0) asking.value = counts;
    else await save(retention);
  });
  const error = saving.value.error ?? looking.value.error;
  const isWrong = (name: keyof Retention) => !retentionSchema.shape[name].safeParse(entered[name]).success;
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed.success) void submit(parsed.data);
      }}
    >
      {FIELDS.map(([name, label]) => (
        <Field
          key={name}
          label={t(`console.retention.${label}`)}
          name={name}
          required
          maxLength={10}
          hint={t('console.retention.configured', { value: now.configured[name] })}
          value={texts.value[name]}
          onValue={(text) => {
            texts.value = { ...texts.peek(), [name]: text };
          }}
          error={
            isWrong(name)
              ? t('console.retention.wrong', {
                  least: retentionSchema.shape[name].minValue ?? 0,
                  most: retentionSchema.shape[name].maxValue ?? 0,
                })
              : undefined
          }
        />
      ))}
      <p class="muted small">{t('console.retention.kept', now.kept)}</p>
      {error && (
        <Notice state="error" live title={t('console.retention.saveFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      <div class="buttons">
        <Button type="submit" variant="primary" busy={saving.value.busy || looking.value.busy}>
          {t('console.retention.save')}
        </Button>
      </div>
      {asking.value && parsed.success && (
        <Dialog
          title={t('console.retention.sureTitle')}
          onClose={() => {
            asking.value = undefined;
          }}
          actions={
            <>
              <Button
                onClick={() => {
                  asking.value = undefined;
                }}
              >
                {t('ui.cancel')}
              </Button>
              <Button variant="danger" busy={saving.value.busy} onClick={() => void save(parsed.data)}>
                {t('console.retention.confirm')}
              </Button>
            </>
          }
        >
          <p>{t('console.retention.sure', asking.value)}</p>
        </Dialog>
      )}
    </form>
  );
}
