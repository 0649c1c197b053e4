import { useEffect } from 'preact/hooks';
import type { FailedJob, QueueReport } from '../../../protocol/operation.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { formatDuration, formatTime } from '../format.ts';
import { useTask } from '../use-task.ts';
import { listQueues, pauseQueue, removeJob, retryJob } from './operation-calls.ts';

const LOOK_EVERY_MS = 3000;
const COUNTS = [
  ['waiting', 'waiting'],
  ['active', 'active'],
  ['delayed', 'delayed'],
  ['failed', 'failedCount'],
] as const;

/** What each queue holds and does, and its failed jobs. */
export function QueuesSection() {
  const [task, load] = useTask(listQueues);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { value: queues, error } = task.value;
  if (error || !queues) {
    return (
      <Card title={t('console.queues.title')}>
        {error ? (
          <ErrorState title={t('console.queues.failed')} onRetry={() => void load()}>
            {error.message}
          </ErrorState>
        ) : (
          <LoadingState />
        )}
      </Card>
    );
  }
  return (
    <>
      {queues.map((queue) => (
        <QueueCard key={queue.name} queue={queue} onChanged={() => void load()} />
      ))}
    </>
  );
}

function QueueCard({ queue, onChanged }: { queue: QueueReport; onChanged: () => void }) {
  const { name, paused, pausable, completed, oldestWaitingMs, failures } = queue;
  const [task, pause] = useTask(async () => {
    await pauseQueue(name, !paused);
    onChanged();
  });
  const { busy, error } = task.value;
  const most = Math.max(...completed, 0);
  return (
    <Card
      title={titleOf(name)}
      aside={
        <div class="buttons">
          {paused && <Badge state="warning">{t('console.queues.paused')}</Badge>}
          {pausable && (
            <Button busy={busy} onClick={() => void pause()}>
              {t(paused ? 'console.queues.resume' : 'console.queues.pause')}
            </Button>
          )}
        </div>
      }
    >
      <dl class="figures" data-testid="queue" data-queue={name}>
        {COUNTS.map(([key, label]) => (
          <div key={key}>
            <dt>{t(`console.queues.${label}`)}</dt>
            <dd>{formatNumber(queue[key], 0)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('console.queues.oldest')}</dt>
          <dd>{oldestWaitingMs === null ? '–' : formatDuration(oldestWaitingMs)}</dd>
        </div>
        <div class="figures__line">
          <dt>{t('console.queues.rate')}</dt>
          <dd>
            {formatNumber(completed.at(-2) ?? 0, 0)}
            <span class="visually-hidden">
              {t('console.queues.chart', { minutes: completed.length, most })}
            </span>
            <Sparkline values={completed} />
          </dd>
        </div>
      </dl>
      {error && (
        <Notice state="error" live title={t('console.queues.pauseFailed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {failures.length > 0 && (
        <details class="failures">
          <summary>{t('console.queues.failures', { count: failures.length })}</summary>
          <ul class="rows rows--inset">
            {failures.map((job) => (
              <FailedRow key={job.id} queue={name} job={job} onChanged={onChanged} />
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function FailedRow({ queue, job, onChanged }: { queue: string; job: FailedJob; onChanged: () => void }) {
  const { id, kind, reason, failedAt, createdAt } = job;
  const [task, act] = useTask(async (work: typeof retryJob) => {
    await work(queue, id);
    onChanged();
  });
  const { busy, error } = task.value;
  return (
    <li class="row row--user" data-testid="failed-job">
      <div class="row__what row__what--stacked">
        <span class="row__title">{reason}</span>
        <span class="muted small">
          {t('console.queues.failure', { kind, time: formatTime(failedAt ?? createdAt, Date.now()) })}
        </span>
        {error && (
          <Notice state="error" live title={t('console.queues.jobFailed')}>
            <p>{error.message}</p>
          </Notice>
        )}
      </div>
      <Button
        busy={busy}
        aria-label={t('console.queues.retryNamed', { id })}
        onClick={() => void act(retryJob)}
      >
        {t('console.queues.retry')}
      </Button>
      <Button
        variant="quiet"
        icon="trash"
        busy={busy}
        aria-label={t('console.queues.removeNamed', { id })}
        title={t('console.queues.removeNamed', { id })}
        onClick={() => void act(removeJob)}
      />
    </li>
  );
}

function titleOf(name: string): string {
  switch (name) {
    case 'crops':
    case 'photos':
    case 'bulk':
    case 'webhooks':
      return t(`console.queues.names.${name}`);
    default:
      return name;
  }
}
