import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { QUEUE_PREFIX } from '../../protocol/jobs.ts';
import { WEBHOOK_LIMITS, type WebhookEvent } from '../../protocol/webhooks.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Delivery } from './deliver.ts';

export const WEBHOOK_QUEUE = 'webhooks';
const EVENT_SEAL = 'webhook-event';
/** 2, 4, 8 … 256 s: with the last try the event's life is nearly over. */
const TRIES = 9;
const FIRST_RETRY_MS = 2000;
/** Deliveries at once, of all receivers and of one: a receiver that hangs holds up nobody else. */
const AT_ONCE = 16;
const AT_ONCE_EACH = 4;
/** How long a delivery steps back while its receiver is busy: at work, or seemingly hanging. */
const BUSY_MS = { atWork: 50, hanging: 2000 };
const HANGING_MS = 500;

type JobData = { webhook: string; person?: string; expiresAt: number; sealed: string };

/** Events on their way to webhooks: sealed in Redis, tried again and again until they expire. */
export type WebhookQueue = {
  /** @returns false when as many as may wait already, and this one is lost */
  add(event: WebhookEvent): Promise<boolean>;
  /** @returns `undefined` while Redis is away */
  waiting(webhook: string): Promise<number | undefined>;
  /** What still waits about this person is dropped. */
  forget(personId: string): Promise<void>;
  /** A webhook was deleted. */
  drop(webhook: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Every server on one Redis takes part in the delivering.
 * @param options.deliver one try; what it answers decides whether another follows
 * @param options.onExpired told of an event that was never delivered in its time
 * @param options.blocking a connection of its own, for the worker
 */
export function createWebhookQueue(options: {
  redis: Redis;
  blocking: Redis;
  vault: Vault;
  deliver: (event: WebhookEvent, signal: AbortSignal) => Promise<Delivery>;
  onExpired: (webhook: string) => Promise<void>;
  logger: Logger;
  firstRetryMs?: number;
}): WebhookQueue {
  const { redis, vault, deliver, onExpired, logger, firstRetryMs = FIRST_RETRY_MS } = options;
  const closing = new AbortController();
  /** Webhook → when the deliveries that are under way began. */
  const busy = new Map<string, Set<{ since: number }>>();
  const queue = new Queue<JobData>(WEBHOOK_QUEUE, {
    connection: redis,
    prefix: QUEUE_PREFIX,
    defaultJobOptions: {
      attempts: TRIES,
      backoff: { type: 'exponential', delay: firstRetryMs, jitter: 0.25 },
      removeOnComplete: true,
      removeOnFail: true,
    },
  });

  const attempt = async (job: Job<JobData>): Promise<void> => {
    const { webhook, expiresAt, sealed } = job.data;
    if (Date.now() >= expiresAt) return onExpired(webhook);
    const opened = vault.open(EVENT_SEAL, Buffer.from(sealed, 'base64')).toString();
    const outcome = await deliver(JSON.parse(opened) as WebhookEvent, closing.signal);
    if (!outcome.ok) throw new Error(outcome.reason);
  };

  const worker = new Worker<JobData>(
    WEBHOOK_QUEUE,
    async (job, token) => {
      const { webhook } = job.data;
      const others = busy.get(webhook) ?? new Set();
      if (others.size >= AT_ONCE_EACH) {
        const hanging = [...others].every(({ since }) => Date.now() - since > HANGING_MS);
        await job.moveToDelayed(Date.now() + (hanging ? BUSY_MS.hanging : BUSY_MS.atWork), token);
        throw new DelayedError();
      }
      const own = { since: Date.now() };
      busy.set(webhook, others.add(own));
      try {
        await attempt(job);
        await redis.zrem(waitingKey(webhook), String(job.id));
      } catch (error) {
        // The one that fails for the last time waits no more.
        if (job.attemptsMade + 1 >= TRIES) await redis.zrem(waitingKey(webhook), String(job.id));
        throw error;
      } finally {
        others.delete(own);
        if (others.size === 0) busy.delete(webhook);
      }
    },
    {
      connection: options.blocking,
      prefix: QUEUE_PREFIX,
      concurrency: AT_ONCE,
      lockDuration: 30_000,
      maxStalledCount: TRIES,
    },
  );
  // Without a listener a lost connection would end the process.
  queue.on('error', () => {});
  worker.on('error', (error) => logger.debug({ err: error }, 'webhook queue error'));

  return {
    async add(event) {
      const key = waitingKey(event.webhook);
      const expiresAt = Date.parse(event.expiresAt);
      await redis.zremrangebyscore(key, '-inf', Date.now());
      if ((await redis.zcard(key)) >= WEBHOOK_LIMITS.waiting) return false;
      const jobId = `${event.webhook}-${event.sequence}`;
      await redis.multi().zadd(key, expiresAt, jobId).pexpire(key, WEBHOOK_LIMITS.eventLifeMs).exec();
      const person = event.type === 'test' ? undefined : event.sighting.person?.id;
      const sealed = vault.seal(EVENT_SEAL, Buffer.from(JSON.stringify(event))).toString('base64');
      await queue.add(
        'event',
        { webhook: event.webhook, ...(person ? { person } : {}), expiresAt, sealed },
        { jobId },
      );
      return true;
    },

    async waiting(webhook) {
      return redis.zcount(waitingKey(webhook), Date.now(), '+inf').catch(() => undefined);
    },

    async forget(personId) {
      const jobs = await queue.getJobs(['waiting', 'delayed', 'prioritized']);
      for (const job of jobs) {
        if (job?.data.person !== personId) continue;
        // One that is being delivered cannot be removed; before its next try it is looked at again.
        const removed = await job.remove().then(
          () => true,
          () => false,
        );
        if (removed) await redis.zrem(waitingKey(job.data.webhook), String(job.id));
      }
    },

    async drop(webhook) {
      await redis.del(waitingKey(webhook));
    },

    async close() {
      closing.abort();
      await worker.close();
      await queue.close();
    },
  };
}

/** Sorted set: the jobs of a webhook that wait, by when they expire. */
function waitingKey(webhook: string): string {
  return `fw:webhook:${webhook}:waiting`;
}
