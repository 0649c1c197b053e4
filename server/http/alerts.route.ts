import { Router } from 'express';
import { z } from 'zod';
import {
  alertsQuerySchema,
  alertsResponseSchema,
  setWatchSchema,
  watchListSchema,
  watchSchema,
} from '../../protocol/alerts.ts';
import { alertSchema } from '../../protocol/events.ts';
import { type Alerts, noSuchAlert } from '../alerts/alerts.ts';
import { type Guard, principalOf } from './guard.ts';
import { noSuchPerson } from './people.route.ts';
import { onlyMethods, parseInput } from './problem.ts';

const idOf = (value: unknown) => z.uuid().safeParse(value).data;

/** The watch list, the alerts that it raises, and who has seen to them. */
export function alertsRoute(dependencies: {
  alerts: Pick<Alerts, 'list' | 'watchList' | 'watch' | 'unwatch' | 'acknowledge'>;
  guard: Guard;
}): Router {
  const { alerts, guard } = dependencies;
  const watchers = guard.allow('guard', 'operator', 'admin');
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/watch-list')
    .get(watchers, async (_request, response) => {
      response.json(watchListSchema.parse({ people: await alerts.watchList() }));
    })
    .all(onlyMethods('GET'));
  router
    .route('/people/:id/watch')
    .put(operators, async (request, response) => {
      const { note } = parseInput(setWatchSchema, request.body ?? {});
      const person = idOf(request.params.id);
      const watch = person && (await alerts.watch({ person, note, by: principalOf(response).subject }));
      if (!watch) throw noSuchPerson(request.params.id);
      response.json(watchSchema.parse(watch));
    })
    .delete(operators, async (request, response) => {
      const person = idOf(request.params.id);
      const removed = person && (await alerts.unwatch({ person, by: principalOf(response).subject }));
      if (!removed) throw noSuchPerson(request.params.id);
      response.status(204).end();
    })
    .all(onlyMethods('PUT', 'DELETE'));
  router
    .route('/alerts')
    .get(watchers, async (request, response) => {
      const query = parseInput(alertsQuerySchema, request.query);
      response.json(alertsResponseSchema.parse(await alerts.list(query)));
    })
    .all(onlyMethods('GET'));
  router
    .route('/alerts/:id/acknowledgement')
    .post(watchers, async (request, response) => {
      const id = idOf(request.params.id);
      if (!id) throw noSuchAlert();
      response.json(alertSchema.parse(await alerts.acknowledge({ id, by: principalOf(response).subject })));
    })
    .all(onlyMethods('POST'));
  return router;
}
