import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import {
  changeKioskSchema,
  createKioskResponseSchema,
  createKioskSchema,
  kioskSchema,
  kiosksResponseSchema,
} from '../../protocol/kiosks.ts';
import type { Auth } from '../auth/auth.ts';
import { loginLink } from '../auth/links.ts';
import type { KioskStore } from '../kiosks/kiosk.store.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

export function kiosksRoute(dependencies: {
  kiosks: KioskStore;
  auth: Auth;
  streams: { isOnline(kioskId: string): boolean };
  publicUrl: () => string;
  guard: Guard;
}): Router {
  const { kiosks, auth, streams, publicUrl, guard } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  router
    .route('/kiosks')
    .get(operators, async (_request, response) => {
      const list = (await kiosks.list()).map((kiosk) => ({ ...kiosk, online: streams.isOnline(kiosk.id) }));
      response.json(kiosksResponseSchema.parse({ kiosks: list }));
    })
    .post(operators, async (request, response) => {
      const { name, place } = parseInput(createKioskSchema, request.body);
      const by = principalOf(response).subject;
      const { id } = await kiosks.create({ name, place, by });
      const code = await auth.issueCode({ role: 'kiosk', kioskId: id, by });
      const url = loginLink({ publicUrl: publicUrl(), role: 'kiosk', code });
      response.status(201).json(createKioskResponseSchema.parse({ id, url }));
    })
    .all(onlyMethods('GET', 'POST'));
  router
    .route('/kiosks/:id')
    .patch(guard.allow('admin'), async (request, response) => {
      const change = parseInput(changeKioskSchema, request.body);
      const id = z.uuid().safeParse(request.params.id).data;
      const changed = id && (await kiosks.change({ id, ...change, by: principalOf(response).subject }));
      if (!changed) throw noSuchKiosk(request.params.id);
      response.json(kioskSchema.parse({ ...changed, online: streams.isOnline(changed.id) }));
    })
    .delete(operators, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      const revoked = id && (await kiosks.revoke({ id, by: principalOf(response).subject }));
      if (!revoked) throw noSuchKiosk(request.params.id);
      response.status(204).end();
    })
    .all(onlyMethods('PATCH', 'DELETE'));
  return router;
}

export function noSuchKiosk(id: unknown): FacewireError {
  return new FacewireError(
    'not-found',
    `There is no kiosk with the id ${String(id).slice(0, 100)}; it may have been removed.`,
  );
}
