import { Router } from 'express';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import { readinessSchema } from '../../protocol/rest.ts';
import type { Guard } from './guard.ts';
import { onlyMethods } from './problem.ts';

export type Readiness = z.infer<typeof readinessSchema>;

/** For orchestrators and monitoring: alive, ready, measured. */
export function healthRoute(dependencies: {
  health: { readiness(): Promise<Readiness> };
  registry: Registry;
  guard: Guard;
}): Router {
  const { health, registry, guard } = dependencies;
  const router = Router();
  router
    .route('/healthz')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .all(onlyMethods('GET'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const readiness = readinessSchema.parse(await health.readiness());
      response
        .status(readiness.ready ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json(readiness);
    })
    .all(onlyMethods('GET'));
  router
    .route('/metrics')
    .get(guard.allow('operator', 'admin'), async (_request, response) => {
      response.type(registry.contentType).send(await registry.metrics());
    })
    .all(onlyMethods('GET'));
  return router;
}
