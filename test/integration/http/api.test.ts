import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../protocol/rest.ts';
import { startTestHttp, type TestHttp } from '../../support/http-server.ts';
import { storePerson } from '../../support/people.ts';

let server: TestHttp;
beforeAll(async () => {
  server = await startTestHttp();
});
afterAll(() => server.close());

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The problem that a refused request is answered with. */
async function problem(answer: Promise<Response>) {
  const response = await answer;
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const body = problemSchema.parse(await response.json());
  expect(body.status).toBe(response.status);
  return { ...body, headers: response.headers };
}

type Operation = { security: object[]; parameters?: unknown[] };
async function operations() {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace('{id}', randomUUID()).replace(/\{\w+\}/g, '1'),
      open: operation.security.length === 0,
      forKiosks: operation.security.some((scheme) => 'kiosk' in scheme),
    })),
  );
}

describe('every operation of the description', () => {
  it('exists, and is refused without a login unless it is public', async () => {
    for (const { method, path, open } of await operations()) {
      const response = await fetch(server.url + path, { method });
      await response.arrayBuffer();
      const expected = open ? [200, 201, 204, 401, 422] : [401];
      expect(expected, `${method} ${path}`).toContain(response.status);
    }
  });

  it('is forbidden to a kiosk unless it is public or for kiosks', async () => {
    const { id } = await server.kiosks.create({ name: 'Door', place: '', by: 'test' });
    const cookie = await server.login('kiosk', id);
    for (const { method, path } of (await operations()).filter((one) => !one.open && !one.forKiosks)) {
      const refused = await problem(
        fetch(server.url + path, { method, headers: { cookie, origin: server.url } }),
      );
      expect(refused.code, `${method} ${path}`).toBe('forbidden');
      expect(refused.detail).toContain('you are logged in as kiosk');
    }
  });

  it('names the methods it takes when asked by another', async () => {
    for (const path of new Set((await operations()).map((each) => each.path))) {
      const refused = await problem(server.api(path, { method: 'PROPFIND' }));
      expect(refused.code, path).toBe('method-not-allowed');
      expect(refused.headers.get('allow')).toMatch(/^(?:GET|POST|PUT|PATCH|DELETE)/);
    }
  });
});

describe('bad requests', () => {
  it('to an address that is not there say where to look', async () => {
    expect(await problem(fetch(`${server.url}/nowhere`))).toMatchObject({
      code: 'not-found',
      detail: expect.stringContaining('/docs'),
    });
  });

  it('with broken JSON, too much of it, or none are told apart', async () => {
    const headers = { 'content-type': 'application/json' };
    const post = (body: string) => problem(server.api('/kiosks', { method: 'POST', headers, body }));
    expect(await post('{"name": ')).toMatchObject({ code: 'bad-request' });
    expect(await post(JSON.stringify({ name: 'x'.repeat(70_000) }))).toMatchObject({
      code: 'too-large',
      status: 413,
    });
    expect(await problem(server.api('/kiosks', { method: 'POST' }))).toMatchObject({ code: 'validation' });
  });

  it('name every wrong field', async () => {
    expect(await problem(server.api('/kiosks', json({ name: ' ', place: 5 })))).toMatchObject({
      code: 'validation',
      errors: [{ field: 'name', message: 'may not be empty' }, { field: 'place' }],
    });
    expect(await problem(server.api('/people?limit=1000'))).toMatchObject({ errors: [{ field: 'limit' }] });
  });

  it('never show the inside of the server', async () => {
    const broken = await startTestHttp({
      health: { readiness: () => Promise.reject(new Error('secret detail of /etc/passwd')) },
    });
    const refused = await problem(fetch(`${broken.url}/readyz`, { headers: { 'x-request-id': 'trace-1' } }));
    expect(refused).toMatchObject({
      code: 'internal',
      status: 500,
      detail: expect.stringContaining('trace-1'),
    });
    expect(JSON.stringify(refused)).not.toContain('secret');
    expect(refused.headers.get('x-request-id')).toBe('trace-1');
    await broken.close();
  });

  it('that come too often are told when to try again', async () => {
    const strict = await startTestHttp({ requestsPerMinute: 3 });
    for (let i = 0; i < 3; i++) expect((await fetch(`${strict.url}/healthz`)).status).toBe(200);
    const refused = await problem(fetch(`${strict.url}/healthz`));
    expect(refused).toMatchObject({ code: 'rate-limited', status: 429, retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await strict.close();
  });
});

describe('uploads', () => {
  const form = (fields: Record<string, string | Blob | Blob[]>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      for (const each of [value].flat()) {
        if (typeof each === 'string') body.set(name, each);
        else body.append(name, each, 'photo.jpg');
      }
    }
    return { method: 'POST', body };
  };
  const photo = (bytes = 10) => new Blob([new Uint8Array(bytes)]);

  it.each([
    ['is no form', () => json({ name: 'Ada' }), 'bad-request', 'multipart/form-data'],
    ['has no photo', () => form({ name: 'Ada' }), 'validation', 'photos'],
    ['has no name', () => form({ photos: photo() }), 'validation', 'name'],
    [
      'has a misspelt field',
      () => form({ name: 'Ada', externalID: '1', photos: photo() }),
      'validation',
      'externalID',
    ],
    ['has its file in another field', () => form({ name: 'Ada', file: photo() }), 'validation', '"file"'],
    [
      'has faces that are no JSON',
      () => form({ name: 'Ada', faces: '0=1', photos: photo() }),
      'validation',
      'not JSON',
    ],
    [
      'has 21 photos',
      () => form({ name: 'Ada', photos: Array.from({ length: 21 }, () => photo()) }),
      'too-large',
      '20',
    ],
    [
      'has a photo of 16 MB',
      () => form({ name: 'Ada', photos: photo(16 * 1024 * 1024) }),
      'too-large',
      '15 MB',
    ],
    ['has a field without end', () => form({ name: 'x'.repeat(5000), photos: photo() }), 'too-large', 'name'],
  ])('are refused when the form %s', async (_what, init, code, hint) => {
    const refused = await problem(server.api('/enroll', init()));
    expect(refused).toMatchObject({ code, detail: expect.stringContaining(hint) });
  });

  it('are refused when cut off or without a boundary', async () => {
    const post = (type: string, body: string) =>
      problem(server.api('/enroll', { method: 'POST', headers: { 'content-type': type }, body }));
    expect(await post('multipart/form-data', 'nonsense')).toMatchObject({ code: 'bad-request' });
    const cut = '--x\r\nContent-Disposition: form-data; name="photos"; filename="a"\r\n\r\nabc';
    expect(await post('multipart/form-data; boundary=x', cut)).toMatchObject({ code: 'bad-request' });
  });

  it('are refused when all photos together are too large, announced or not', async () => {
    const photos = Array.from({ length: 9 }, () => photo(14 * 1024 * 1024));
    const announced = form({ name: 'Ada', photos });
    expect(await problem(server.api('/enroll', announced))).toMatchObject({ code: 'too-large', status: 413 });
    const streamed = new Response(form({ name: 'Ada', photos }).body);
    const refused = await problem(
      server.api('/enroll', {
        method: 'POST',
        headers: { 'content-type': streamed.headers.get('content-type') as string },
        body: streamed.body,
        duplex: 'half',
      } as RequestInit),
    );
    expect(refused).toMatchObject({ code: 'too-large', detail: expect.stringContaining('120 MB') });
  });

  it('compare exactly two photos', async () => {
    expect(await problem(server.api('/verify', form({ a: photo() })))).toMatchObject({
      code: 'validation',
      detail: expect.stringContaining('come to 1'),
    });
    expect(await problem(server.api('/verify', form({ a: [photo(), photo()], b: photo() })))).toMatchObject({
      code: 'validation',
    });
  });
});

describe('login', () => {
  it('goes from a link’s code to a session, and out again', async () => {
    const { url } = (await (await server.api('/auth/links', json({ role: 'operator' }))).json()) as {
      url: string;
    };
    const code = new URL(url).hash.slice('#code='.length);
    const login = await fetch(`${server.url}/auth/code`, json({ code }));
    expect(await login.json()).toMatchObject({ role: 'operator', expiresAt: expect.any(String) });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] as string;
    const who = (client: string) =>
      fetch(`${server.url}/auth/session?client=${client}`, { headers: { cookie } });
    expect((await who('console')).status).toBe(200);
    expect((await who('kiosk')).status).toBe(401);
    expect(await problem(fetch(`${server.url}/auth/code`, json({ code })))).toMatchObject({
      code: 'code-used',
    });
    const out = await fetch(`${server.url}/auth/logout?client=console`, {
      method: 'POST',
      headers: { cookie, origin: server.url },
    });
    expect(out.status).toBe(204);
    expect((await who('console')).status).toBe(401);
  });

  it('pairs a kiosk by its link, and shuts it out when it is removed', async () => {
    const made = await server.api('/kiosks', json({ name: 'Gate', place: 'Yard' }));
    const { id, url } = (await made.json()) as { id: string; url: string };
    expect(url).toMatch(new RegExp(`^${server.url}/kiosk#code=`));
    const login = await fetch(`${server.url}/auth/code`, json({ code: new URL(url).hash.slice(6) }));
    expect(await login.json()).toMatchObject({ role: 'kiosk', kiosk: { id, name: 'Gate', place: 'Yard' } });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] as string;
    const { kiosks } = (await (await server.api('/kiosks')).json()) as { kiosks: unknown[] };
    expect(kiosks).toContainEqual(expect.objectContaining({ id, name: 'Gate', online: false }));
    expect((await server.api(`/kiosks/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${server.url}/auth/session?client=kiosk`, { headers: { cookie } })).status).toBe(
      401,
    );
    expect(await problem(server.api(`/kiosks/${id}`, { method: 'DELETE' }))).toMatchObject({
      code: 'not-found',
    });
    expect(await problem(server.api('/auth/links', json({ role: 'kiosk', kioskId: id })))).toMatchObject({
      code: 'not-found',
    });
  });

  it('lets an operator make links for kiosks only', async () => {
    const headers = {
      cookie: await server.login('operator'),
      origin: server.url,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ role: 'admin' });
    expect(await problem(fetch(`${server.url}/auth/links`, { method: 'POST', headers, body }))).toMatchObject(
      {
        code: 'forbidden',
      },
    );
  });

  it('is no use to a foreign page: writes by cookie take our origin', async () => {
    const cookie = await server.login('operator');
    for (const origin of [undefined, 'https://evil.example', 'null']) {
      const headers = { cookie, ...(origin ? { origin } : {}) };
      const refused = await problem(
        fetch(`${server.url}/kiosks/${randomUUID()}`, { method: 'DELETE', headers }),
      );
      expect(refused.code).toBe('bad-origin');
    }
    const foreign = {
      ...json({ code: 'x' }),
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
    };
    expect(await problem(fetch(`${server.url}/auth/code`, foreign))).toMatchObject({ code: 'bad-origin' });
    expect((await fetch(`${server.url}/people`, { headers: { cookie } })).status).toBe(200);
  });
});

describe('people', () => {
  it('are listed, shown and erased with a receipt', async () => {
    const { id } = await storePerson(server.people, { name: 'Grace', seeds: [1, 2] });
    expect(await (await server.api('/people?q=grac')).json()).toMatchObject({
      total: 1,
      people: [{ id, templates: 2 }],
    });
    expect(await (await server.api(`/people/${id}`)).json()).toMatchObject({
      id,
      name: 'Grace',
      externalId: null,
    });
    const receipt = await (await server.api(`/people/${id}`, { method: 'DELETE' })).json();
    expect(receipt).toMatchObject({ personId: id, name: 'Grace', templates: 2, referenceCrops: 2 });
    for (const method of ['GET', 'DELETE']) {
      expect(await problem(server.api(`/people/${id}`, { method }))).toMatchObject({ code: 'not-found' });
      expect(await problem(server.api('/people/not-an-id', { method }))).toMatchObject({ code: 'not-found' });
    }
  });
});

describe('crops', () => {
  it('that are gone, or never were, are not found', async () => {
    for (const path of [
      `/streams/${randomUUID()}/crops/1/1.jpg`,
      '/streams/x/crops/1/1.jpg',
      `/streams/${randomUUID()}/crops/1/-1.jpg`,
    ]) {
      expect(await problem(server.api(path))).toMatchObject({ code: 'not-found' });
    }
  });
});

describe('metrics', () => {
  it('count requests by route and status, for operators only', async () => {
    await server.api('/people');
    const metrics = await (await server.api('/metrics')).text();
    expect(metrics).toMatch(
      /facewire_http_request_seconds_count\{method="GET",route="\/people",status="200"\} \d+/,
    );
    expect(metrics).not.toContain('?');
  });
});
