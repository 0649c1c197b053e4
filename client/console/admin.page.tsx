import { useEffect } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { StatusDot } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { ErrorState, LoadingState } from '../ui/message.tsx';
import { AccessCard } from './access-card.tsx';
import { type Readiness, readiness } from './api.ts';
import { KiosksCard } from './kiosks-card.tsx';
import { ModelsCard } from './models-card.tsx';
import { PageHead } from './page-head.tsx';
import { useTask } from './use-task.ts';
import { WebhooksCard } from './webhooks-card.tsx';

const HEALTH_EVERY_MS = 5000;

/** Kiosks and health, for administrators. */
export function AdminPage() {
  return (
    <>
      <PageHead title={t('console.admin.title')} lead={t('console.admin.lead')} />
      <KiosksCard />
      <ModelsCard />
      <WebhooksCard />
      <AccessCard />
      <HealthCard />
    </>
  );
}

function HealthCard() {
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
