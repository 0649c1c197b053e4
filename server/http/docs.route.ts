import { join } from 'node:path';
import { Router } from 'express';
import { renderDocs } from './docs.page.ts';
import { createOpenApi } from './openapi.ts';
import { onlyMethods } from './problem.ts';

/** The API's description: for tools at /openapi.json, for people at /docs. */
export function docsRoute(dependencies: { publicUrl: () => string; version: string }): Router {
  const { publicUrl, version } = dependencies;
  const document = () => createOpenApi({ serverUrl: publicUrl(), version });
  const router = Router();
  router
    .route('/openapi.json')
    .get((_request, response) => {
      response.json(document());
    })
    .all(onlyMethods('GET'));
  router
    .route('/docs')
    .get((_request, response) => {
      response.type('html').send(renderDocs(document()));
    })
    .all(onlyMethods('GET'));
  router
    .route('/docs/style.css')
    .get((_request, response) => response.sendFile(join(import.meta.dirname, 'docs.css')))
    .all(onlyMethods('GET'));
  return router;
}
