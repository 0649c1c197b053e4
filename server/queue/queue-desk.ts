import type { Job, Metrics, Queue } from 'bullmq';
import { FacewireError } from '../../protocol/errors.ts';
import type { FailedJob, QueueCounts, QueueReport } from '../../protocol/operation.ts';
import type { AuditStore } from '../db/audit.store.ts';

/** Minutes told of. */
const MINUTES = 15;
const FAILURES = 50;
const REASON_LENGTH = 300;

/** The queues as an admin sees them. What a job carries is never told. */
export type QueueDesk = {
  counts(): Promise<QueueCounts[]>;
  report(): Promise<QueueReport[]>;
  /** @throws {FacewireError} `not-found`, `bad-state` where somebody waits for its jobs */
  pause(input: { queue: string; paused: boolean; by: string }): Promise<void>;
  /** @throws {FacewireError} `not-found` when there is no such failed job */
  retry(input: { queue: string; job: string; by: string }): Promise<void>;
  /** @throws {FacewireError} `not-found` when there is no such failed job */
  remove(input: { queue: string; job: string; by: string }): Promise<void>;
};

/** @param dependencies.pausable names of those whose jobs nobody waits for */
export function createQueueDesk(dependencies: {
  queues: readonly Queue[];
  pausable: readonly string[];
  audit: AuditStore;
}): QueueDesk {
  const { queues, pausable, audit } = dependencies;

  const countsOf = async (queue: Queue): Promise<QueueCounts> => {
    const [counts, paused] = await Promise.all([
      queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed'),
      queue.isPaused(),
    ]);
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { name: queue.name, paused, waiting: waiting + prioritized, active, delayed, failed };
  };

  const reportOf = async (queue: Queue): Promise<QueueReport> => {
    const [counts, oldest, completed, failed, failures] = await Promise.all([
      countsOf(queue),
      queue.getJobs(['waiting', 'prioritized'], 0, 0, true),
      queue.getMetrics('completed', 0, MINUTES - 1),
      queue.getMetrics('failed', 0, MINUTES - 1),
      queue.getFailed(0, FAILURES - 1),
    ]);
    const since = Math.min(...oldest.flatMap((job) => job?.timestamp ?? []));
    return {
      ...counts,
      pausable: pausable.includes(queue.name),
      oldestWaitingMs: Number.isFinite(since) ? Math.max(0, Date.now() - since) : null,
      completed: perMinute(completed),
      failedByMinute: perMinute(failed),
      failures: failures.filter(Boolean).map(toFailure),
    };
  };

  const find = (name: string): Queue => {
    const queue = queues.find((one) => one.name === name);
    if (queue) return queue;
    const names = queues.map((one) => one.name).join(', ');
    throw new FacewireError('not-found', `There is no queue ${name.slice(0, 100)}; there are ${names}.`);
  };
  const findFailed = async (queue: Queue, id: string): Promise<Job> => {
    const job: Job | undefined = await queue.getJob(id);
    if (job && (await job.isFailed())) return job;
    throw new FacewireError(
      'not-found',
      'This job is not among the failed ones: it was run again or removed meanwhile.',
    );
  };

  return {
    counts: () => reachable(Promise.all(queues.map(countsOf))),
    report: () => reachable(Promise.all(queues.map(reportOf))),
    async pause({ queue: name, paused, by }) {
      const queue = find(name);
      if (!pausable.includes(name)) {
        throw new FacewireError('bad-state', `Somebody waits for the jobs of ${name}; it is not paused.`);
      }
      await reachable(paused ? queue.pause() : queue.resume());
      await audit.append({ actor: by, action: paused ? 'queue.paused' : 'queue.resumed', subject: name });
    },
    async retry({ queue: name, job: id, by }) {
      const job = await reachable(findFailed(find(name), id));
      await reachable(job.retry());
      await audit.append({ actor: by, action: 'queue.job-retried', subject: name });
    },
    async remove({ queue: name, job: id, by }) {
      const job = await reachable(findFailed(find(name), id));
      await reachable(job.remove());
      await audit.append({ actor: by, action: 'queue.job-removed', subject: name });
    },
  };
}

/**
 * Jobs in each of the last minutes, oldest first; the last one is not over yet. BullMQ writes a minute down when a job
 * of a later one ends: what has come since then is in its running count.
 */
function perMinute({ meta, data }: Metrics): number[] {
  const minuteOf = (ms: number) => Math.floor(ms / 60_000);
  const since = meta.prevTS ? minuteOf(Date.now()) - minuteOf(Number(meta.prevTS)) : 0;
  const idle = Array.from({ length: Math.min(MINUTES, Math.max(0, since)) }, () => 0);
  const newestFirst = [...idle, Number(meta.count) - Number(meta.prevCount), ...data.map(Number)];
  return Array.from({ length: MINUTES }, (_, i) => newestFirst[MINUTES - 1 - i] ?? 0);
}

function toFailure(job: Job): FailedJob {
  return {
    id: String(job.id).slice(0, 200),
    kind: job.name.slice(0, 100),
    reason: (job.failedReason ?? '').slice(0, REASON_LENGTH),
    attempts: job.attemptsMade,
    createdAt: new Date(job.timestamp).toISOString(),
    failedAt: job.finishedOn ? new Date(job.finishedOn).toISOString() : null,
  };
}

async function reachable<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    if (cause instanceof FacewireError) throw cause;
    throw new FacewireError(
      'redis-unavailable',
      'The queues cannot be reached. Try again when Redis is back.',
      {
        cause,
      },
    );
  });
}
