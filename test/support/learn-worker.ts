import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import express from 'express';
import type { Page } from 'playwright-core';
import type { LearnEvent, LearnRequest } from '../../client/kiosk/learning/learn.messages.ts';
import { pagesRoute } from '../../server/http/pages.route.ts';
import { securityHeaders } from '../../server/http/security-headers.ts';

const CLIENT_DIR = resolve(import.meta.dirname, '../../client/dist');

/** The built pages as the server gives them, with nothing behind them. @returns also the address of the worker that learns */
export async function servePages(): Promise<{ worker: string; close(): void }> {
  const name = readdirSync(`${CLIENT_DIR}/assets`).find((file) => file.startsWith('learn.worker'));
  if (!name) throw new Error('The pages are not built: npm run build.');
  const app = express();
  const server = createServer(app);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.get('/favicon.ico', (_request, response) => response.status(204).end());
  app.use(securityHeaders({ publicUrl: () => url }), pagesRoute({ clientDir: CLIENT_DIR }));
  return { worker: `${url}/assets/${name}`, close: () => server.close() };
}

type Begin = Extract<LearnRequest, { type: 'begin' }>;
type Learnt = Extract<LearnEvent, { type: 'learnt' }>;
/** What the worker told; the delta apart, as bytes do not travel between the page and the test. */
export type Lessons = { events: LearnEvent[]; toldWhileHeld: number; delta: Uint8Array<ArrayBuffer> };

/**
 * Lets the built worker learn in a page of its own origin, which need hold nothing.
 * @param options.flags of TensorFlow.js
 * @param options.heldMs how long it is held back from its beginning on
 */
export async function learnIn(
  page: Page,
  options: { worker: string; request: Begin; flags?: string | undefined; heldMs?: number | undefined },
): Promise<Lessons> {
  const { worker, request, flags, heldMs = 0 } = options;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const { model, checkpoint, samples, ...rest } = request;
  await page.goto(worker);
  const { events, toldWhileHeld, delta } = await page.evaluate(
    ({ url, model, checkpoint, samples, rest, heldMs }) =>
      new Promise<{ events: LearnEvent[]; toldWhileHeld: number; delta: string }>((done, fail) => {
        const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const learner = new Worker(url, { type: 'module' });
        const events: LearnEvent[] = [];
        let toldWhileHeld = 0;
        learner.onerror = (event) => fail(new Error(event.message));
        learner.onmessage = ({ data }: { data: LearnEvent }) => {
          events.push(data);
          if (data.type !== 'learnt' && data.type !== 'failed') return;
          learner.terminate();
          let delta = '';
          for (const byte of (data as Partial<Learnt>).delta ?? []) delta += String.fromCharCode(byte);
          delete (data as Partial<Learnt>).delta;
          done({ events, toldWhileHeld, delta: btoa(delta) });
        };
        learner.postMessage({
          ...rest,
          model: bytes(model),
          checkpoint: bytes(checkpoint),
          samples: samples.map((sample) => ({
            ...sample,
            jpeg: bytes(sample.jpeg),
            target: Float32Array.from(sample.target),
          })),
        });
        if (heldMs === 0) return;
        learner.postMessage({ type: 'hold' });
        setTimeout(() => {
          toldWhileHeld = events.length;
          learner.postMessage({ type: 'go-on' });
        }, heldMs);
      }),
    {
      url: flags ? `${worker}?tfjsflags=${flags}` : worker,
      model: base64(model),
      checkpoint: base64(checkpoint),
      samples: samples.map((sample) => ({
        ...sample,
        jpeg: base64(sample.jpeg),
        target: [...sample.target],
      })),
      rest,
      heldMs,
    },
  );
  return { events, toldWhileHeld, delta: Uint8Array.from(Buffer.from(delta, 'base64')) };
}
