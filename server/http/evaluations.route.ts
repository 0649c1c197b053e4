import { Router } from 'express';
import { z } from 'zod';
import { FacewireError } from '../../protocol/errors.ts';
import {
  createEvaluationSchema,
  evaluationSchema,
  evaluationsResponseSchema,
  uploadPathsSchema,
  uploadReceiptSchema,
} from '../../protocol/evaluation.ts';
import { type Evaluations, noSuchEvaluation } from '../evaluation/console/evaluations.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';
import { somePhotosOf, type Uploads } from './upload.ts';

const MOST_PHOTOS = 20;

/** Evaluations of uploaded folders: make one, upload in small batches, start, watch, read the figures. */
export function evaluationsRoute(dependencies: {
  evaluations: Evaluations;
  guard: Guard;
  uploads: Uploads;
}): Router {
  const { evaluations, guard, uploads } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const router = Router();
  const existing = async (id: unknown) => {
    const known = z.uuid().safeParse(id).data;
    const evaluation = known && (await evaluations.get(known));
    if (!evaluation) throw noSuchEvaluation(id);
    return evaluation;
  };
  router
    .route('/evaluations')
    .get(operators, async (_request, response) => {
      response.json(evaluationsResponseSchema.parse({ evaluations: await evaluations.list() }));
    })
    .post(operators, (request, response) => {
      const { name, face } = parseInput(createEvaluationSchema, request.body);
      const evaluation = evaluations.create({ name, face, by: principalOf(response).subject });
      response.status(201).json(evaluationSchema.parse(evaluation));
    })
    .all(onlyMethods('GET', 'POST'));
  router
    .route('/evaluations/:id')
    .get(operators, async (request, response) => {
      response.json(evaluationSchema.parse(await existing(request.params.id)));
    })
    .delete(operators, async (request, response) => {
      const id = z.uuid().safeParse(request.params.id).data;
      if (!id || !(await evaluations.remove(id))) throw noSuchEvaluation(request.params.id);
      response.status(204).end();
    })
    .all(onlyMethods('GET', 'DELETE'));
  router
    .route('/evaluations/:id/photos')
    .post(
      operators,
      async (request, _response, next) => {
        // Before megabytes are taken in for nothing.
        await existing(request.params.id);
        next();
      },
      uploads.photos([{ name: 'photos', maxCount: MOST_PHOTOS }]),
      async (request, response) => {
        const photos = somePhotosOf(request, 'photos');
        const paths = readPaths((request.body as { paths?: unknown }).paths, photos.length);
        const files = photos.map(({ bytes }, i) => ({ bytes, path: paths[i] as string }));
        const receipt = await evaluations.addPhotos(String(request.params.id), files);
        response.json(uploadReceiptSchema.parse(receipt));
      },
    )
    .all(onlyMethods('POST'));
  router
    .route('/evaluations/:id/start')
    .post(operators, async (request, response) => {
      const { id } = await existing(request.params.id);
      const evaluation = await evaluations.start(id, principalOf(response).subject);
      response.status(202).json(evaluationSchema.parse(evaluation));
    })
    .all(onlyMethods('POST'));
  router
    .route('/evaluations/:id/result.json')
    .get(operators, async (request, response) => {
      const { result } = await existing(request.params.id);
      if (!result) throw noResult();
      response
        .attachment('evaluation.json')
        .type('json')
        .send(`${JSON.stringify(result, null, 2)}\n`);
    })
    .all(onlyMethods('GET'));
  router
    .route('/evaluations/:id/report.html')
    .get(operators, async (request, response) => {
      const { id } = await existing(request.params.id);
      const report = await evaluations.report(id);
      if (!report) throw noResult();
      // A file to keep: served as a page of this server, its style would fall under the server's own policy.
      response.set('Cache-Control', 'no-store').attachment('evaluation.html').type('html').send(report);
    })
    .all(onlyMethods('GET'));
  return router;
}

function readPaths(field: unknown, count: number): string[] {
  let paths: unknown;
  try {
    paths = JSON.parse(String(field));
  } catch {
    paths = undefined;
  }
  const parsed = uploadPathsSchema.safeParse(paths).data;
  if (parsed?.length === count) return parsed;
  const message = `must be a JSON list of ${count} paths, one for each photo, such as ["Ann/1.jpg"]`;
  throw new FacewireError('validation', `The field paths ${message}.`, {
    details: { errors: [{ field: 'paths', message }] },
  });
}

function noResult(): FacewireError {
  return new FacewireError('not-found', 'This evaluation has no figures: it has not ended, or has failed.');
}
