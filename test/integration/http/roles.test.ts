import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_ROLES, type ConsoleRole, ROLES } from '../../../protocol/rest.ts';
import { createOpenApi } from '../../../server/http/openapi.ts';
import type { Access } from '../../../server/http/openapi-operation.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';

type Layer = {
  route?: { path: string | RegExp | (string | RegExp)[]; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
};

const document = createOpenApi({ serverUrl: 'http://localhost', version: '1' });
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, { 'x-role': Access }>).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    access: operation['x-role'],
  })),
);
/** Pages, their files, and the browser's networks: no data of anybody. */
const PAGES = /^\/(console|kiosk|docs|docs\/style\.css)?$|^\/\^\\\/models/;

let server: TestHttp;
let kioskId: string;
beforeAll(async () => {
  server = await startTestHttp();
  kioskId = (await server.kiosks.create({ name: 'Door', place: '', by: 'test' })).id;
  await server.kiosks.change({ id: kioskId, policy: { training: true }, by: 'test' });
});
afterAll(() => server.close());

const ask = async (method: string, path: string, cookie: string | undefined) => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    ['track', 'sequence'].includes(name) ? '1' : randomUUID(),
  );
  const response = await fetch(server.url + filled, {
    method,
    headers: { origin: server.url, ...(cookie ? { cookie } : {}) },
    redirect: 'manual',
  });
  const text = await response.text();
  const code = response.headers.get('content-type')?.includes('problem+json')
    ? (JSON.parse(text) as { code: string }).code
    : undefined;
  return { status: response.status, code };
};

describe('who may do what', () => {
  it.each(operations)(
    '$method $path takes $access',
    async ({ method, path, access }) => {
      const rank = CONSOLE_ROLES.indexOf(access as ConsoleRole);
      const answers = await Promise.all(
        [undefined, ...ROLES].map(async (role) => {
          const { status, code } = await ask(
            method,
            path,
            role && (await server.login(role, role === 'kiosk' ? kioskId : undefined)),
          );
          const passed = code !== 'unauthenticated' && code !== 'forbidden';
          // Nothing may fail for want of care: an empty request is refused, not stumbled over.
          expect(status, `${role}: ${code}`).not.toBe(500);
          return [role ?? 'nobody', passed ? 'passed' : code];
        }),
      );
      const expected = [undefined, ...ROLES].map((role) => {
        if (access === 'public') return [role ?? 'nobody', 'passed'];
        if (role === undefined) return ['nobody', 'unauthenticated'];
        // The session of a console is none of a kiosk.
        if (access === 'kiosk') return [role, role === 'kiosk' ? 'passed' : 'unauthenticated'];
        const enough = CONSOLE_ROLES.some((one, at) => one === role && at >= rank);
        return [role, enough ? 'passed' : 'forbidden'];
      });
      expect(answers).toEqual(
        path === '/auth/session' ? expected.with(0, ['nobody', 'unauthenticated']) : expected,
      );
    },
    20_000,
  );

  it('is told of every route that the server has', () => {
    const described = new Set(operations.map(({ method, path }) => `${method} ${path}`));
    const routes = routesOf(server.app).filter(({ path }) => !PAGES.test(path));
    expect(routes.length).toBeGreaterThan(30);
    expect(
      routes.map(({ method, path }) => `${method} ${path}`).filter((one) => !described.has(one)),
    ).toEqual([]);
  });
});

function routesOf(app: Express): { method: string; path: string }[] {
  const found: { method: string; path: string }[] = [];
  const walk = (layers: readonly Layer[]) => {
    for (const { route, handle } of layers) {
      if (handle?.stack && !route) walk(handle.stack);
      for (const [method, handled] of Object.entries(route?.methods ?? {})) {
        if (!handled || method === '_all') continue;
        for (const path of [route?.path ?? []].flat()) {
          found.push({ method: method.toUpperCase(), path: String(path).replace(/:(\w+)/g, '{$1}') });
        }
      }
    }
  };
  walk((app.router as unknown as { stack: Layer[] }).stack);
  return found;
}
