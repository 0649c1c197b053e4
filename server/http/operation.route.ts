import { Router } from 'express';
import { partsSchema, pauseQueueSchema, queuesResponseSchema } from '../../protocol/operation.ts';
import type { PartsMonitor } from '../observability/parts.ts';
import type { QueueDesk } from '../queue/queue-desk.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** How every part is, and what the queues hold. */
export function operationRoute(dependencies: {
  parts: Pick<PartsMonitor, 'look'>;
  queueDesk: QueueDesk;
  guard: Guard;
}): Router {
  const { parts, queueDesk, guard } = dependencies;
  const admins = guard.allow('admin');
  const router = Router();
  router
    .route('/health/parts')
    .get(admins, async (_request, response) => {
      response.set('Cache-Control', 'no-store').json(partsSchema.parse(await parts.look()));
    })
    .all(onlyMethods('GET'));
  router
    .route('/queues')
    .get(admins, async (_request, response) => {
      const queues = await queueDesk.report();
      response.set('Cache-Control', 'no-store').json(queuesResponseSchema.parse({ queues }));
    })
    .all(onlyMethods('GET'));
  router
    .route('/queues/:queue')
    .patch(admins, async (request, response) => {
      const { paused } = parseInput(pauseQueueSchema, request.body);
      await queueDesk.pause({
        queue: textOf(request.params.queue),
        paused,
        by: principalOf(response).subject,
      });
      response.status(204).end();
    })
    .all(onlyMethods('PATCH'));
  router
    .route('/queues/:queue/failed/:job')
    .delete(admins, async (request, response) => {
      const { queue, job } = request.params;
      await queueDesk.remove({ queue: textOf(queue), job: textOf(job), by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('DELETE'));
  router
    .route('/queues/:queue/failed/:job/retry')
    .post(admins, async (request, response) => {
      const { queue, job } = request.params;
      await queueDesk.retry({ queue: textOf(queue), job: textOf(job), by: principalOf(response).subject });
      response.status(204).end();
    })
    .all(onlyMethods('POST'));
  return router;
}

function textOf(parameter: unknown): string {
  return String(parameter).slice(0, 200);
}
