import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '../../config/logger.ts';
import { FacewireError } from '../../protocol/errors.ts';
import {
  type ChangeWebhook,
  type CreateWebhook,
  MOMENTS,
  WEBHOOK_LIMITS,
  type Webhook,
  type WebhookEvent,
} from '../../protocol/webhooks.ts';
import type { Vault } from '../../vault/vault.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { SightingNews } from './sighting-events.ts';
import type { StoredWebhook, WebhookStore } from './webhook.store.ts';
import { createWebhookQueue } from './webhook-queue.ts';

const ANSWER_MS = 10_000;
/** Events of this process that wait for their numbers, as when the database is slow. */
const UNNUMBERED = 1000;

export type Webhooks = {
  list(): Promise<Webhook[]>;
  /** @throws {FacewireError} `bad-state` when there are as many as may be */
  create(input: CreateWebhook & { by: string }): Promise<{ webhook: Webhook; secret: string }>;
  /** @throws {FacewireError} `not-found` */
  change(id: string, input: ChangeWebhook & { by: string }): Promise<Webhook>;
  /** @throws {FacewireError} `not-found` */
  remove(input: { id: string; by: string }): Promise<void>;
  /** Sends one event of the type `test`, once, and tells what came of it. @throws {FacewireError} `not-found` */
  test(id: string): Promise<{ delivered: boolean; reason?: string }>;
  /** Queues it for every webhook that wants it. Returns at once. */
  tell(news: SightingNews): void;
  /** Events about an erased person are not sent any more. */
  forget(personId: string): void;
  close(): Promise<void>;
};

/** @param dependencies.limits for tests: shorter times than in service, ms */
export function createWebhooks(dependencies: {
  store: WebhookStore;
  redis: Redis;
  /** For the queue's worker alone. */
  blocking: Redis;
  vault: Vault;
  logger: Logger;
  limits?: { answerMs?: number; lifeMs?: number; firstRetryMs?: number };
}): Webhooks {
  const { store, logger } = dependencies;
  const {
    answerMs = ANSWER_MS,
    lifeMs = WEBHOOK_LIMITS.eventLifeMs,
    firstRetryMs,
  } = dependencies.limits ?? {};
  let numbering: Promise<void> = Promise.resolve();
  let unnumbered = 0;
  let failing = false;

  const expiryOf = (issuedAt: string) => new Date(Date.parse(issuedAt) + lifeMs).toISOString();

  const note = async (webhook: string, outcome: Delivery): Promise<Delivery> => {
    // What became of it is only shown: a database that is away meanwhile sends no event twice.
    const noted = outcome.ok ? store.succeeded(webhook) : store.failed(webhook, outcome.reason);
    await noted.catch(() => {});
    return outcome;
  };

  const send = async (event: WebhookEvent, signal: AbortSignal): Promise<Delivery> => {
    const target = await store.target(event.webhook);
    if (!target?.enabled) return { ok: true };
    const person = event.type === 'test' ? undefined : event.sighting.person;
    if (person && !(await store.isEnrolled(person.id))) return { ok: true };
    const timeoutMs = Math.max(1, Math.min(answerMs, Date.parse(event.expiresAt) - Date.now()));
    return note(event.webhook, await deliver({ ...target, body: JSON.stringify(event), timeoutMs, signal }));
  };

  const queue = createWebhookQueue({
    ...dependencies,
    deliver: send,
    onExpired: (webhook) => store.failed(webhook, 'An event expired before it could be delivered.'),
    ...(firstRetryMs === undefined ? {} : { firstRetryMs }),
  });

  const queueFor = async (news: SightingNews): Promise<void> => {
    const { id, type, issuedAt, alert, sighting } = news;
    const numbered = await store.number({
      about: sighting.state === 'identified' ? 'known' : 'unknown',
      moment: MOMENTS[type],
    });
    for (const { id: webhook, sequence } of numbered) {
      const expiresAt = expiryOf(issuedAt);
      const taken = await queue.add({
        id,
        type,
        webhook,
        sequence,
        issuedAt,
        expiresAt,
        ...(alert ? { alert } : {}),
        sighting,
      });
      if (!taken) {
        await store.failed(webhook, `${WEBHOOK_LIMITS.waiting} events wait already; this one was lost.`);
      }
    }
  };

  const withWaiting = async (webhook: StoredWebhook): Promise<Webhook> => ({
    ...webhook,
    waiting: (await queue.waiting(webhook.id)) ?? null,
  });

  return {
    list: async () => Promise.all((await store.list()).map(withWaiting)),

    async create(input) {
      const { webhook, secret } = await store.create(input);
      return { webhook: await withWaiting(webhook), secret };
    },

    async change(id, input) {
      const changed = await store.change(id, input);
      if (!changed) throw noSuchWebhook(id);
      return withWaiting(changed);
    },

    async remove({ id, by }) {
      if (!(await store.remove({ id, by }))) throw noSuchWebhook(id);
      await queue.drop(id).catch(() => {});
    },

    async test(id) {
      const target = await store.target(id);
      const sequence = target && (await store.numberOne(id));
      if (!target || sequence === undefined) throw noSuchWebhook(id);
      const issuedAt = new Date().toISOString();
      const event: WebhookEvent = {
        id: randomUUID(),
        type: 'test',
        webhook: id,
        sequence,
        issuedAt,
        expiresAt: expiryOf(issuedAt),
      };
      const outcome = await note(
        id,
        await deliver({ ...target, body: JSON.stringify(event), timeoutMs: answerMs }),
      );
      return outcome.ok ? { delivered: true } : { delivered: false, reason: outcome.reason };
    },

    tell(news) {
      if (unnumbered >= UNNUMBERED) return;
      unnumbered++;
      // One after the other: the numbers are in the order of what happened.
      numbering = numbering
        .then(() => queueFor(news))
        .then(
          () => {
            if (failing) logger.info('events to webhooks are queued again');
            failing = false;
          },
          (error: unknown) => {
            if (!failing) logger.warn({ err: error }, 'events to webhooks cannot be queued now');
            failing = true;
          },
        )
        .finally(() => {
          unnumbered--;
        });
    },

    forget(personId) {
      // What this misses, as with Redis away, is not sent either: each try asks whether the person is enrolled.
      numbering = numbering.then(() => queue.forget(personId)).catch(() => {});
    },

    async close() {
      await numbering;
      await queue.close();
    },
  };
}

/** The answer for an id that no webhook has. */
export function noSuchWebhook(id: unknown): FacewireError {
  return new FacewireError(
    'not-found',
    `There is no webhook with the id ${String(id).slice(0, 100)}; it may have been deleted.`,
  );
}
