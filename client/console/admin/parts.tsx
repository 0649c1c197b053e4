import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Parts } from '../../../protocol/operation.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../ui/message.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { formatBytes, formatDuration, formatShare } from '../format.ts';
import { useTask } from '../use-task.ts';
import { HealthCard } from './health-card.tsx';
import { getParts } from './operation-calls.ts';

const LOOK_EVERY_MS = 2000;
/** Looks that the lines show: two minutes. */
const LOOKS = 60;

/** Whether faces can be recognised now, and how every part is. */
export function HealthSection() {
  const history = useSignal<readonly Parts[]>([]);
  const [task, load] = useTask(async () => {
    const parts = await getParts();
    history.value = [...history.peek(), parts].slice(-LOOKS);
    return parts;
  });
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { error } = task.value;
  const parts = history.value.at(-1);
  return (
    <>
      <HealthCard />
      {error && !parts && (
        <Card title={t('console.parts.title')}>
          <ErrorState title={t('console.parts.failed')} onRetry={() => void load()}>
            {error.message}
          </ErrorState>
        </Card>
      )}
      {!error && !parts && <LoadingState />}
      {error && parts && (
        <Notice state="error" live title={t('console.parts.failed')}>
          <p>{error.message}</p>
        </Notice>
      )}
      {parts && <PartCards parts={parts} history={history.value} />}
    </>
  );
}

function PartCards({ parts, history }: { parts: Parts; history: readonly Parts[] }) {
  const { server, sfu, redis, database, disk, workers } = parts;
  const ms = (value: number | undefined) =>
    value === undefined ? undefined : t('ui.ms', { ms: formatNumber(value, 1) });
  const bytes = (value: number | undefined) => (value === undefined ? undefined : sizeOf(value));
  const cpu = (value: number | undefined, line: readonly number[]) =>
    value === undefined ? undefined : (
      <>
        {formatShare(value, 0)} <Sparkline values={line} most={1} />
      </>
    );
  return (
    <div class="parts">
      <Part title={t('console.parts.server')} part={server}>
        <Fact name="version">{`${server.version}, Node ${server.node}`}</Fact>
        <Fact name="uptime">{formatDuration(server.uptimeS * 1000)}</Fact>
        <Fact name="process">{`${server.host}/${server.pid}`}</Fact>
        <Fact name="memory">{bytes(server.memoryBytes)}</Fact>
        <Fact name="cpu">
          {cpu(
            server.cpu,
            history.map((look) => look.server.cpu),
          )}
        </Fact>
        <Fact name="loop">
          {pairOf(server.eventLoopDelayMs)}{' '}
          <Sparkline values={history.map((look) => look.server.eventLoopDelayMs.p99)} most={20} />
        </Fact>
      </Part>
      <Part title={t('console.parts.sfu')} part={sfu}>
        <Fact name="peers">{formatNumber(sfu.peers, 0)}</Fact>
        <Fact name="transports">{sfu.transports}</Fact>
        <Fact name="process">{sfu.pid}</Fact>
        <Fact name="memory">{bytes(sfu.memoryBytes)}</Fact>
        <Fact name="cpu">
          {cpu(
            sfu.cpu,
            history.map((look) => look.sfu.cpu ?? 0),
          )}
        </Fact>
      </Part>
      <Part title={t('console.parts.redis')} part={redis}>
        <Fact name="version">{redis.version}</Fact>
        <Fact name="memory">{bytes(redis.memoryBytes)}</Fact>
        <Fact name="persistence">
          {redis.persistence && t(`console.parts.persistences.${redis.persistence}`)}
        </Fact>
        <Fact name="clients">{redis.clients}</Fact>
        <Fact name="answer">{ms(redis.answerMs)}</Fact>
      </Part>
      <Part title={t('console.parts.database')} part={database}>
        <Fact name="kind">{t(`console.parts.kinds.${database.kind}`)}</Fact>
        <Fact name="dataSize">{bytes(database.sizeBytes)}</Fact>
        <Fact name="answer">{ms(database.answerMs)}</Fact>
      </Part>
      <Part title={t('console.parts.disk')} part={disk}>
        <Fact name="free">
          {disk.freeBytes !== undefined && disk.totalBytes !== undefined && (
            <>
              {t('console.parts.freeOf', {
                free: sizeOf(disk.freeBytes),
                total: sizeOf(disk.totalBytes),
              })}{' '}
              <meter
                aria-label={t('console.parts.free')}
                min={0}
                max={disk.totalBytes}
                value={disk.freeBytes}
              />
            </>
          )}
        </Fact>
      </Part>
      {workers.map((worker) => (
        <Part
          key={worker.id}
          title={t('console.parts.worker', { host: worker.host, pid: String(worker.pid) })}
          part={worker}
        >
          <Fact name="model">{worker.model}</Fact>
          <Fact name="device">{worker.provider}</Fact>
          <Fact name="gallery">
            {t('console.parts.galleryOf', { count: worker.gallerySize, version: worker.galleryVersion })}
          </Fact>
          <Fact name="rate">
            {worker.cropsPerSecond !== undefined && (
              <>
                {formatNumber(worker.cropsPerSecond, 1)}{' '}
                <Sparkline
                  values={history.map(
                    (look) => look.workers.find(({ id }) => id === worker.id)?.cropsPerSecond ?? 0,
                  )}
                />
              </>
            )}
          </Fact>
          <Fact name="embed">{worker.embedMs && pairOf(worker.embedMs)}</Fact>
          <Fact name="heard">{t('console.parts.ago', { time: formatDuration(worker.ageMs) })}</Fact>
        </Part>
      ))}
      {workers.length === 0 && (
        <EmptyState icon="error" title={t('console.parts.noWorkers')}>
          {t('console.parts.noWorkersText')}
        </EmptyState>
      )}
    </div>
  );
}

function Part({
  title,
  part,
  children,
}: {
  title: string;
  part: { state: 'ok' | 'warning' | 'error'; problem?: string | undefined };
  children: ComponentChildren;
}) {
  return (
    <Card title={title} aside={<StatusDot state={part.state} />}>
      {part.problem && (
        <Notice state={part.state === 'error' ? 'error' : 'warning'}>
          <p>{part.problem}</p>
        </Notice>
      )}
      <dl class="facts">{children}</dl>
    </Card>
  );
}

type FactName =
  | 'version'
  | 'uptime'
  | 'memory'
  | 'cpu'
  | 'loop'
  | 'process'
  | 'peers'
  | 'transports'
  | 'persistence'
  | 'clients'
  | 'answer'
  | 'kind'
  | 'dataSize'
  | 'free'
  | 'model'
  | 'device'
  | 'gallery'
  | 'rate'
  | 'embed'
  | 'heard';

/** A figure that is not known is left out. */
function Fact({ name, children }: { name: FactName; children: ComponentChildren }) {
  if (children === undefined || children === false) return null;
  return (
    <div class="facts__row">
      <dt>{t(`console.parts.${name}`)}</dt>
      <dd class="muted">{children}</dd>
    </div>
  );
}

const GIGABYTE = 1024 ** 3;

function sizeOf(bytes: number): string {
  if (bytes < GIGABYTE) return formatBytes(bytes);
  return t('console.parts.gigabytes', { value: formatNumber(bytes / GIGABYTE, 1) });
}

function pairOf({ p50, p99 }: { p50: number; p99: number }): string {
  return t('console.parts.pair', { p50: formatNumber(p50, 1), p99: formatNumber(p99, 1) });
}
