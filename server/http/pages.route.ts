import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { Router } from 'express';
import { FacewireError } from '../../protocol/errors.ts';
import { onlyMethods } from './problem.ts';

const resolve = createRequire(import.meta.url).resolve;
const HUMAN_MODELS = join(dirname(resolve('@vladmandic/human')), '../models');
const WASM = dirname(resolve('@tensorflow/tfjs-backend-wasm'));

/** The pages, their assets, and the files of the detector. Nobody needs to be logged in to load a page. */
export function pagesRoute({ clientDir }: { clientDir: string }): Router {
  const router = Router();
  const read = { index: false, redirect: false, dotfiles: 'deny' } as const;
  router
    .route('/')
    .get((_request, response) => response.redirect('/console'))
    .all(onlyMethods('GET'));
  for (const page of ['kiosk', 'console']) {
    router
      .route(`/${page}`)
      .get((_request, response, next) => {
        response.sendFile(
          join(clientDir, page, 'index.html'),
          { cacheControl: false, headers: NO_CACHE },
          (error) => {
            if (!error) return;
            if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return next(error);
            next(
              new FacewireError(
                'not-found',
                'The pages are not built. Run `npm run build`, then load this page again.',
              ),
            );
          },
        );
      })
      .all(onlyMethods('GET'));
  }
  router.use(
    '/assets',
    express.static(join(clientDir, 'assets'), { ...read, immutable: true, maxAge: '1y' }),
  );
  // The same address holds another file after an update, so browsers ask whether it has changed.
  router.get(/^\/models\/human\/(blazeface|facemesh)\.(json|bin)$/, (request, response, next) => {
    sendOrPass(response, join(HUMAN_MODELS, request.path.slice('/models/human/'.length)), next);
  });
  router.get(/^\/models\/wasm\/tfjs-backend-wasm[a-z-]*\.wasm$/, (request, response, next) => {
    sendOrPass(response, join(WASM, request.path.slice('/models/wasm/'.length)), next);
  });
  return router;
}

const NO_CACHE = { 'Cache-Control': 'no-cache' };

function sendOrPass(response: express.Response, path: string, next: express.NextFunction): void {
  response.sendFile(path, { cacheControl: false, headers: NO_CACHE }, (error) => {
    if (error) next((error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : error);
  });
}
