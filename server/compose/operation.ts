import { Queue } from 'bullmq';
import { BULK_QUEUE, QUEUE_PREFIX } from '../../protocol/jobs.ts';
import { createAuditSearch } from '../audit/audit-search.ts';
import { createErasureProver } from '../audit/prove-erasure.ts';
import { WEBHOOK_QUEUE } from '../notify/webhook-queue.ts';
import type { Health } from '../observability/health.ts';
import { registerPartMetrics } from '../observability/part-metrics.ts';
import { createPartsMonitor } from '../observability/parts.ts';
import { createQueueDesk } from '../queue/queue-desk.ts';
import type { Ground } from './ground.ts';
import type { Live } from './live.ts';

export type Operation = ReturnType<typeof openOperation>;

/** What an admin looks after: the parts, the queues, the audit log. */
export function openOperation(ground: Ground, live: Live, options: { version: string; health: Health }) {
  const { redis, database, audit, dataDir, sfu, metrics, onClose } = ground;
  const webhooks = new Queue(WEBHOOK_QUEUE, { connection: redis, prefix: QUEUE_PREFIX });
  webhooks.on('error', () => {}); // Told to whoever asks.
  onClose(() => webhooks.close());
  const { crops, photos, bulk } = ground.queues;
  const queues = [crops, photos, bulk, webhooks];
  const queueDesk = createQueueDesk({ queues, pausable: [BULK_QUEUE], audit });
  const parts = createPartsMonitor({
    version: options.version,
    dataDir,
    redis,
    database,
    sfu,
    queues: queueDesk,
  });
  onClose(() => parts.close());
  registerPartMetrics({ registry: metrics.registry, parts });
  const auditSearch = createAuditSearch({ database, audit });
  const proveErasure = createErasureProver({
    database,
    redis,
    queues,
    search: auditSearch,
    workers: () => options.health.workers(),
    isInMemory: (personId) => live.hub.tellsOf(personId),
    dataDir,
  });
  return { queueDesk, parts, auditSearch, proveErasure };
}
