import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/t.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorState, LoadingState } from '../../ui/message.tsx';
import { type Readiness, readiness } from '../api.ts';
import { useTask } from '../use-task.ts';

const HEALTH_EVERY_MS = 5000;

/** Whether each part answers, asked again every few seconds. */
export function HealthCard() {
  const [task, load] = useTask(readiness);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), HEALTH_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { busy, value, error } = task.value;
  return (
    <Card
      title={t('console.health.title')}
      aside={
        value &&
        !error && (
          <StatusDot state={value.ready ? 'ok' : 'error'}>
            {t(value.ready ? 'console.health.ready' : 'console.health.notReady')}
          </StatusDot>
        )
      }
    >
      {error ? (
        <ErrorState title={t('console.health.failed')} onRetry={() => void load()}>
          {error.message}
        </ErrorState>
      ) : value ? (
        <Checks readiness={value} />
      ) : (
        busy && <LoadingState />
      )}
    </Card>
  );
}

function Checks({ readiness }: { readiness: Readiness }) {
  const checks = Object.entries(readiness.checks) as [
    keyof Readiness['checks'],
    Readiness['checks'][keyof Readiness['checks']],
  ][];
  return (
    <dl class="facts">
      {checks.map(([name, { ok, detail }]) => (
        <div key={name} class="facts__row" data-testid="health-check" data-ok={String(ok)}>
          <dt>
            <StatusDot state={ok ? 'ok' : 'error'}>{t(`console.health.${name}`)}</StatusDot>
          </dt>
          <dd class="muted">{detail}</dd>
        </div>
      ))}
    </dl>
  );
}
