import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Histogram } from 'prom-client';
import type { Logger } from '../../config/logger.ts';

/** Gives each request an id, its own `X-Request-Id` if it brought a plain one, and tells it in the answer. */
export const identifyRequest: RequestHandler = (request, response, next) => {
  const brought = request.get('x-request-id');
  const id = brought && /^[\w.-]{1,64}$/.test(brought) ? brought : randomUUID();
  response.locals.requestId = id;
  response.set('X-Request-Id', id);
  next();
};

export function requestIdOf(response: Response): string {
  return String(response.locals.requestId);
}

/** Counts and logs each request when it is answered: the route's pattern, never the query. */
export function observeRequest({ logger, seconds }: { logger: Logger; seconds: Histogram }): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const ms = performance.now() - startedAt;
      const route = typeof request.route?.path === 'string' ? request.route.path : 'none';
      const { method } = request;
      seconds.observe({ method, route, status: response.statusCode }, ms / 1000);
      logger.debug(
        { requestId: requestIdOf(response), method, route, status: response.statusCode, ms },
        'request',
      );
    });
    next();
  };
}
