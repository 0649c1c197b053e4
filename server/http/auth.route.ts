import { Router } from 'express';
import { passwordLoginSchema, setPasswordSchema } from '../../protocol/access.ts';
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
import type { UserStore } from '../auth/user.store.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import { type Guard, principalOf, unauthenticated } from './guard.ts';
import { noSuchKiosk } from './kiosks.route.ts';
import { onlyMethods, parseInput } from './problem.ts';

export function authRoute(dependencies: {
  auth: Auth;
  kiosks: KioskStore;
  users: Pick<UserStore, 'get'>;
  publicUrl: () => string;
  guard: Guard;
}): Router {
  const { auth, kiosks, users, publicUrl, guard } = dependencies;

  const sessionOf = async (principal: Principal) => {
    const { role, kioskId, userId, session } = principal;
    const kiosk = kioskId && (await kiosks.get(kioskId));
    const user = userId && (await users.get(userId));
    return sessionSchema.parse({
      role,
      ...(kiosk ? { kiosk } : {}),
      ...(user ? { user: { ...user, maySetPassword: await auth.maySetPassword(principal) } } : {}),
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
      const { principal, cookie } = await auth.redeemCode({
        code,
        address: request.ip,
        browser: request.get('user-agent'),
      });
      response
        .set('Set-Cookie', cookie)
        .set('Cache-Control', 'no-store')
        .json(await sessionOf(principal));
    })
    .all(onlyMethods('POST'));
  router
    .route('/auth/password')
    .post(async (request, response) => {
      if (request.get('origin')) guard.requireOwnOrigin(request);
      const { name, password } = parseInput(passwordLoginSchema, request.body);
      const { principal, cookie } = await auth.logIn({
        name,
        password,
        address: request.ip,
        browser: request.get('user-agent'),
      });
      response
        .set('Set-Cookie', cookie)
        .set('Cache-Control', 'no-store')
        .json(await sessionOf(principal));
    })
    .put(guard.allow('guard', 'operator', 'admin'), async (request, response) => {
      const { password, current } = parseInput(setPasswordSchema, request.body);
      await auth.setPassword({ principal: principalOf(response), password, current, address: request.ip });
      response.status(204).end();
    })
    .all(onlyMethods('POST', 'PUT'));
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
