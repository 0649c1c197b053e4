import { Router } from 'express';
import { FacewireError } from '../../protocol/errors.ts';
import {
  codeLoginSchema,
  createLinkSchema,
  linkSchema,
  sessionQuerySchema,
  sessionSchema,
} from '../../protocol/rest.ts';
import type { Auth, Principal } from '../auth/auth.ts';
import { loginLink } from '../auth/links.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import { type Guard, principalOf, unauthenticated } from './guard.ts';
import { noSuchKiosk } from './kiosks.route.ts';
import { onlyMethods, parseInput } from './problem.ts';

export function authRoute(dependencies: {
  auth: Auth;
  kiosks: KioskStore;
  publicUrl: () => string;
  guard: Guard;
}): Router {
  const { auth, kiosks, publicUrl, guard } = dependencies;

  const sessionOf = async ({ role, kioskId, session }: Principal) => {
    const kiosk = kioskId && (await kiosks.get(kioskId));
    return sessionSchema.parse({
      role,
      ...(kiosk ? { kiosk } : {}),
      ...(session ? { expiresAt: session.expiresAt.toISOString() } : {}),
    });
  };

  const router = Router();
  router
    .route('/auth/code')
    .post(async (request, response) => {
      // Else a foreign page could log a browser in under an identity of its choice.
      if (request.get('origin')) guard.requireOwnOrigin(request);
      const { code } = parseInput(codeLoginSchema, request.body);
      const { principal, cookie } = await auth.redeemCode({ code, address: request.ip });
      response
        .set('Set-Cookie', cookie)
        .set('Cache-Control', 'no-store')
        .json(await sessionOf(principal));
    })
    .all(onlyMethods('POST'));
  router
    .route('/auth/session')
    .get(async (request, response) => {
      const { client } = parseInput(sessionQuerySchema, request.query);
      const principal = await guard.identify(request, client);
      if (!principal) throw unauthenticated();
      response.set('Cache-Control', 'no-store').json(await sessionOf(principal));
    })
    .all(onlyMethods('GET'));
  router
    .route('/auth/logout')
    .post(async (request, response) => {
      const { client } = parseInput(sessionQuerySchema, request.query);
      const principal = await guard.identify(request, client);
      if (principal?.session) response.set('Set-Cookie', await auth.endSession(principal));
      response.status(204).end();
    })
    .all(onlyMethods('POST'));
  router
    .route('/auth/links')
    .post(guard.allow('operator', 'admin'), async (request, response) => {
      const link = parseInput(createLinkSchema, request.body);
      const { role, subject } = principalOf(response);
      if (link.role !== 'kiosk' && role !== 'admin') {
        throw new FacewireError(
          'forbidden',
          `Links for the role ${link.role} are made by an admin; you are ${role}.`,
        );
      }
      if (link.role === 'kiosk' && !(await kiosks.get(link.kioskId))) throw noSuchKiosk(link.kioskId);
      const code = await auth.issueCode({ ...link, by: subject });
      const url = loginLink({ publicUrl: publicUrl(), role: link.role, code });
      response.status(201).set('Cache-Control', 'no-store').json(linkSchema.parse({ url }));
    })
    .all(onlyMethods('POST'));
  return router;
}
