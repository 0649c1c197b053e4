import { Router } from 'express';
import {
  IMPORT_LIMITS,
  importCheckResponseSchema,
  importCheckSchema,
  importedSchema,
  importFieldsSchema,
  importPathsSchema,
  importPlanSchema,
} from '../../protocol/imports.ts';
import { LIMITS } from '../../protocol/rest.ts';
import type { Importer } from '../import/importer.ts';
import { planImport } from '../import/plan.ts';
import { type Guard, principalOf } from './guard.ts';
import { onlyMethods, parseInput } from './problem.ts';
import { photosOf, somePhotosOf, type Uploads } from './upload.ts';

/** Imports many people, one in each request: for a command that goes through a folder. */
export function importsRoute(dependencies: { importer: Importer; guard: Guard; uploads: Uploads }): Router {
  const { importer, guard, uploads } = dependencies;
  const operators = guard.allow('operator', 'admin');
  const upload = uploads.photos([{ name: 'photos', maxCount: LIMITS.photosPerRequest }]);
  const router = Router();
  router
    .route('/imports/check')
    .post(operators, async (request, response) => {
      const { people } = parseInput(importCheckSchema, request.body);
      response.json(importCheckResponseSchema.parse({ there: await importer.there(people) }));
    })
    .all(onlyMethods('POST'));
  router
    .route('/imports/plan')
    .post(
      operators,
      uploads.photos([
        { name: 'paths', maxCount: 1 },
        { name: 'tables', maxCount: IMPORT_LIMITS.tables },
      ]),
      (request, response) => {
        const [list] = somePhotosOf(request, 'paths');
        const paths = parseInput(
          importPathsSchema,
          parseJson(Buffer.from(list?.bytes ?? '').toString('utf8')),
        );
        response.json(importPlanSchema.parse(planImport({ paths, tables: photosOf(request, 'tables') })));
      },
    )
    .all(onlyMethods('POST'));
  router
    .route('/imports/people')
    .post(operators, upload, async (request, response) => {
      const fields = parseInput(importFieldsSchema.strict(), { ...request.body });
      const photos = somePhotosOf(request, 'photos');
      const imported = await importer.import({ ...fields, photos, by: principalOf(response).subject });
      response.json(importedSchema.parse(imported));
    })
    .all(onlyMethods('POST'));
  return router;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
