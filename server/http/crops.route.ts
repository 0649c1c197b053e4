import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import { VaultError } from '../../vault/vault.ts';
import type { Guard } from './guard.ts';
import { onlyMethods } from './problem.ts';

const counter = z.coerce.number().int().min(0).max(0xffffffff);
const cropSchema = z.object({ id: z.uuid(), track: counter, sequence: counter });

/** The crops that consoles show, for as long as Redis holds them. */
export function cropsRoute(dependencies: {
  readCrop: (stream: string, track: number, sequence: number) => Promise<Buffer | undefined>;
  guard: Guard;
}): Router {
  const { readCrop, guard } = dependencies;
  const router = Router();
  router
    .route('/streams/:id/crops/:track/:sequence.jpg')
    .get(guard.allow('guard', 'operator', 'admin'), async (request, response) => {
      const crop = cropSchema.safeParse(request.params).data;
      const jpeg = crop && (await readCrop(crop.id, crop.track, crop.sequence).catch(unreachable));
      if (!jpeg) throw new FacewireError('not-found', 'This crop is gone: crops are kept for half a minute.');
      response.set('Cache-Control', 'no-store').type('image/jpeg').send(jpeg);
    })
    .all(onlyMethods('GET'));
  return router;
}

function unreachable(cause: unknown): never {
  if (cause instanceof VaultError) throw cause;
  throw new FacewireError('redis-unavailable', 'The crops cannot be reached now. Try again.', { cause });
}
