import type { Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { FacewireError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/rest.ts';
import type { ClientKind } from '../../protocol/signaling.ts';
import type { Auth, Principal } from '../auth/auth.ts';
import { isOwnOrigin } from '../auth/origin.ts';

export type Guard = {
  /** Lets these roles pass; the route then finds who asks by {@link principalOf}. */
  allow(...roles: Role[]): RequestHandler;
  /** Who asks, if anybody is logged in; writes by cookie from a foreign page are refused here already. */
  identify(request: Request, client?: ClientKind): Promise<Principal | undefined>;
  /** Refuses a request that a foreign page makes in the name of a browser. */
  requireOwnOrigin(request: Request): void;
  /** At most so many requests a minute from one address, or by one subject once that is known. */
  limit: RequestHandler;
};

export function createGuard(dependencies: {
  auth: Auth;
  publicUrl: () => string;
  requestsPerMinute: number;
}): Guard {
  const { auth, publicUrl, requestsPerMinute } = dependencies;
  const requests = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });

  const requireOwnOrigin = (request: Request) => {
    const origin = request.get('origin');
    if (isOwnOrigin({ origin, host: request.get('host'), publicUrl: publicUrl() })) return;
    throw new FacewireError(
      'bad-origin',
      `The page ${origin ? `at ${origin}` : 'that sent this'} is not this server’s. Open ${publicUrl()} instead; ` +
        'behind a proxy, set PUBLIC_URL to the address that people use. Programs send a bearer token, not a cookie.',
    );
  };

  const identify = async (request: Request, client?: ClientKind) => {
    const principal = await auth.authenticate({
      authorization: request.get('authorization'),
      cookie: request.get('cookie'),
      address: request.ip,
      client,
    });
    if (principal?.by === 'cookie' && !['GET', 'HEAD'].includes(request.method)) requireOwnOrigin(request);
    return principal;
  };

  return {
    identify,
    requireOwnOrigin,
    allow:
      (...roles) =>
      async (request, response, next) => {
        const principal = await identify(request);
        if (!principal) throw unauthenticated();
        if (!roles.includes(principal.role)) {
          throw new FacewireError(
            'forbidden',
            `This takes the role ${roles.join(' or ')}; you are logged in as ${principal.role}.`,
          );
        }
        response.locals.principal = principal;
        next();
      },
    limit: async (request, _response, next) => {
      try {
        await requests.consume(request.ip ?? 'unknown');
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        const retryAfter = Math.ceil(refused.msBeforeNext / 1000);
        throw new FacewireError(
          'rate-limited',
          `More than ${requestsPerMinute} requests came from this address within a minute. Try again in ${retryAfter} s.`,
          { details: { retryAfter } },
        );
      }
      next();
    },
  };
}

export function unauthenticated(): FacewireError {
  return new FacewireError(
    'unauthenticated',
    'Send the header "Authorization: Bearer TOKEN" with the API key (DATA_DIR/api-key, or ADMIN_TOKEN), ' +
      'or open one of the links that the server prints when it starts.',
  );
}

/** Who asks, on a route behind {@link Guard.allow}. */
export function principalOf(response: Response): Principal {
  return response.locals.principal as Principal;
}
