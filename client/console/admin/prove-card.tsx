import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { z } from 'zod';
import type { ErasureProof } from '../../../protocol/audit.ts';
import { t } from '../../i18n/t.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/message.tsx';
import { useName } from '../actors.ts';
import { formatTime } from '../format.ts';
import { useTask } from '../use-task.ts';
import { proveErasure } from './operation-calls.ts';

/** Looks for a person wherever something could be left, and tells where it looked. */
export function ProveCard({ personId }: { personId: string | undefined }) {
  const id = useSignal(personId ?? '');
  const tried = useSignal(false);
  const [task, prove] = useTask(proveErasure);
  useEffect(() => {
    if (personId) void prove(personId);
  }, []);
  const { busy, value, error } = task.value;
  const wrong = !z.uuid().safeParse(id.value.trim()).success;
  return (
    <Card title={t('console.audit.proveTitle')}>
      <p class="muted">{t('console.audit.proveLead')}</p>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tried.value = true;
          if (!wrong) void prove(id.value.trim());
        }}
      >
        <Field
          label={t('console.audit.proveId')}
          name="personId"
          required
          maxLength={40}
          value={id.value}
          onValue={(text) => {
            id.value = text;
          }}
          error={tried.value && wrong ? t('console.audit.proveWrong') : undefined}
        />
        <div class="buttons">
          <Button type="submit" icon="search" busy={busy}>
            {t('console.audit.look')}
          </Button>
        </div>
      </form>
      {error && (
        <Notice state="error" live title={t('console.audit.proveFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {value && !busy && <Proof proof={value} />}
    </Card>
  );
}

function Proof({ proof }: { proof: ErasureProof }) {
  const { erasure, gone, looked } = proof;
  const name = useName(erasure?.actor ?? '');
  return (
    <div class="proof" data-testid="proof" data-gone={String(gone)}>
      <Notice
        state={gone ? 'ok' : 'error'}
        live
        title={t(gone ? 'console.audit.gone' : 'console.audit.notGone')}
      >
        <p>
          {erasure
            ? t('console.audit.erasedBy', {
                name,
                time: formatTime(erasure.at, Date.now()),
                sequence: erasure.sequence,
              })
            : t('console.audit.neverErased')}
        </p>
      </Notice>
      <dl class="facts">
        {looked.map(({ area, place, found, unknown }) => (
          <div key={`${area}/${place}`} class="facts__row">
            <dt>{`${t(`console.audit.areas.${area}`)}: ${place}`}</dt>
            <dd>
              <StatusDot state={unknown ? 'warning' : found > 0 ? 'error' : 'ok'}>
                {unknown
                  ? t('console.audit.notLooked', { reason: unknown })
                  : found > 0
                    ? t('console.audit.found', { count: found })
                    : t('console.audit.nothing')}
              </StatusDot>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
