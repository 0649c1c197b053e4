import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import {
  claimPairingSchema,
  kioskSchema,
  pairingSchema,
  pairKioskSchema,
  waitingPairingSchema,
} from '../../protocol/kiosks.ts';
import { sessionSchema } from '../../protocol/rest.ts';
import type { Auth } from '../auth/auth.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import type { Pairings } from '../kiosks/pairings.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

/** Pairing by code: the kiosk's page opens one and claims it, an admin types its code. */
export function pairingsRoute(dependencies: {
  pairings: Pairings;
  kiosks: Pick<KioskStore, 'get'>;
  auth: Auth;
  guard: Guard;
}): Router {
  const { pairings, kiosks, auth, guard } = dependencies;
  const router = Router();
  router
    .route('/auth/pairings')
    .post(async (request, response) => {
      if (request.get('origin')) guard.requireOwnOrigin(request);
      const opened = await pairings.open({ address: request.ip });
      response.status(201).set('Cache-Control', 'no-store').json(pairingSchema.parse(opened));
    })
    .all(onlyMethods('POST'));
  router
    .route('/auth/pairings/:id/claim')
    .post(async (request, response) => {
      // Else a foreign page could log a browser in under an identity of its choice.
      if (request.get('origin')) guard.requireOwnOrigin(request);
      response.set('Cache-Control', 'no-store');
      const { secret } = parseInput(claimPairingSchema, request.body);
      const id = z.uuid().safeParse(request.params.id).data;
      if (!id) throw new FacewireError('no-such-code', 'The id of a pairing is a UUID.');
      const claim = await pairings.claim({ id, secret });
      if ('expiresAt' in claim) {
        response.status(202).json(waitingPairingSchema.parse({ state: 'waiting', ...claim }));
        return;
      }
      const kiosk = await kiosks.get(claim.kioskId);
      if (!kiosk)
        throw new FacewireError('no-such-code', 'The kiosk was revoked meanwhile. Ask for a new code.');
      const { principal, cookie } = await auth.logInKiosk({ kioskId: kiosk.id });
      const expiresAt = principal.session?.expiresAt.toISOString();
      response.set('Set-Cookie', cookie).json(sessionSchema.parse({ role: 'kiosk', kiosk, expiresAt }));
    })
    .all(onlyMethods('POST'));
  router
    .route('/kiosks/pair')
    .post(guard.allow('admin'), async (request, response) => {
      const kiosk = parseInput(pairKioskSchema, request.body);
      const paired = await pairings.pair({ ...kiosk, by: principalOf(response).subject });
      response.status(201).json(kioskSchema.parse({ ...paired, online: false }));
    })
    .all(onlyMethods('POST'));
  return router;
}
