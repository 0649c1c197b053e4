import express, { type RequestHandler, type Response, Router } from 'express';
import { MOST_CHECKPOINT_BYTES } from '../../models/training/checkpoint.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { KioskIdentity } from '../../protocol/kiosks.ts';
import { lessonSchema, lessonStateSchema, taughtSchema } from '../../protocol/lessons.ts';
import { identityOf, type KioskStore } from '../kiosks/kiosk.store.ts';
import type { Lessons } from '../students/lessons.ts';
import { type Guard, unauthenticated } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';

const BINARY = 'application/octet-stream';

/** What a kiosk's browser that learns fetches and sends back; for kiosks alone. */
export function lessonsRoute(dependencies: {
  lessons: Lessons;
  kiosks: Pick<KioskStore, 'get'>;
  /** The file of the embedder that serves now. */
  embedder: () => Promise<{ file: Uint8Array }>;
  guard: Pick<Guard, 'identify'>;
}): Router {
  const { lessons, kiosks, embedder, guard } = dependencies;
  const router = Router();
  const kioskOnly: RequestHandler = async (request, response, next) => {
    const principal = await guard.identify(request, 'kiosk');
    if (!principal) throw unauthenticated();
    const kiosk = principal.kioskId === undefined ? undefined : await kiosks.get(principal.kioskId);
    if (!kiosk || !principal.session) {
      throw new FacewireError('forbidden', 'Lessons are for the browsers of kiosks.');
    }
    response.locals.pupil = { kiosk: identityOf(kiosk), session: principal.session.id };
    response.set('Cache-Control', 'no-store');
    next();
  };
  const pupilOf = (response: Response) => response.locals.pupil as { kiosk: KioskIdentity; session: string };
  const send = (response: Response, bytes: Uint8Array) => response.type(BINARY).send(Buffer.from(bytes));

  router
    .route('/training/lesson')
    .get(kioskOnly, async (_request, response) => {
      response.json(lessonStateSchema.parse(await lessons.state(pupilOf(response).kiosk.id)));
    })
    .post(kioskOnly, async (_request, response) => {
      response.status(201).json(lessonSchema.parse(await lessons.begin(pupilOf(response))));
    })
    .all(onlyMethods('GET', 'POST'));
  router
    .route('/training/lesson/model')
    .get(kioskOnly, async (_request, response) => {
      await lessons.expect(pupilOf(response));
      send(response, (await embedder()).file);
    })
    .all(onlyMethods('GET'));
  router
    .route('/training/lesson/checkpoint')
    .get(kioskOnly, async (_request, response) => {
      send(response, await lessons.checkpoint(pupilOf(response)));
    })
    .post(
      kioskOnly,
      async (_request, response, next) => {
        await lessons.expect(pupilOf(response));
        next();
      },
      express.raw({ type: BINARY, limit: MOST_CHECKPOINT_BYTES }),
      async (request, response) => {
        const taught = parseInput(taughtSchema, request.query);
        if (!Buffer.isBuffer(request.body)) {
          throw new FacewireError('bad-request', `Send the checkpoint as ${BINARY}.`);
        }
        await lessons.take({ ...pupilOf(response), bytes: request.body, taught });
        response.status(202).json(lessonStateSchema.parse(await lessons.state(pupilOf(response).kiosk.id)));
      },
    )
    .all(onlyMethods('GET', 'POST'));
  return router;
}
