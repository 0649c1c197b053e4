import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../protocol/rest.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';

let server: TestHttp;
beforeAll(async () => {
  server = await startTestHttp();
});
afterAll(() => server.close());

describe('pages', () => {
  it('tell how to build them where they are missing', async () => {
    const response = await fetch(`${server.url}/kiosk`);
    expect(problemSchema.parse(await response.json())).toMatchObject({
      detail: expect.stringContaining('npm run build'),
    });
  });

  it('are isolated, take wasm, and run no script from elsewhere', async () => {
    for (const page of ['kiosk', 'console']) {
      await mkdir(join(server.clientDir, page), { recursive: true });
      await writeFile(join(server.clientDir, page, 'index.html'), `<title>${page}</title>`);
    }
    const response = await fetch(`${server.url}/kiosk`);
    expect(await response.text()).toBe('<title>kiosk</title>');
    const { headers } = response;
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('cache-control')).toBe('no-cache');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'/);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
    expect(policy).toContain(`connect-src 'self' blob: data: ${server.url.replace('http', 'ws')}`);
    expect(headers.has('x-powered-by')).toBe(false);
    const root = await fetch(server.url, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/console']);
  });

  it('keep their hashed assets for ever, and nothing outside of their folder is served', async () => {
    await mkdir(join(server.clientDir, 'assets'), { recursive: true });
    await writeFile(join(server.clientDir, 'assets', 'kiosk-abc123.js'), 'export {};');
    await writeFile(join(server.clientDir, 'secret.txt'), 'secret');
    const asset = await fetch(`${server.url}/assets/kiosk-abc123.js`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    for (const path of [
      '/assets/..%2fsecret.txt',
      '/assets/%2e%2e/secret.txt',
      '/assets/',
      '/assets/none.js',
    ]) {
      expect((await fetch(server.url + path)).status, path).toBe(404);
    }
  });

  it('get the detector’s files and no others', async () => {
    for (const path of [
      'human/blazeface.json',
      'human/facemesh.bin',
      'wasm/tfjs-backend-wasm-threaded-simd.wasm',
    ]) {
      const response = await fetch(`${server.url}/models/${path}`);
      expect([response.status, path]).toEqual([200, path]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    }
    for (const path of [
      'human/faceres.bin',
      'human/..%2f..%2fpackage.json',
      'wasm/tf-backend-wasm.js',
      'wasm/none.wasm',
    ]) {
      expect((await fetch(`${server.url}/models/${path}`)).status, path).toBe(404);
    }
  });

  it('describe the API without a script', async () => {
    const docs = await fetch(`${server.url}/docs`);
    expect(docs.headers.get('content-type')).toContain('text/html');
    expect(await docs.text()).toContain('<h3>Enrol a person</h3>');
    expect((await fetch(`${server.url}/docs/style.css`)).headers.get('content-type')).toContain('text/css');
  });
});
