import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { startFacewireProcess, type TestServer } from '../../support/facewire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startFacewireProcess({ environment: { WORKERS: '0', LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  await server.stop();
});

type Message = {
  id?: number;
  ok?: boolean;
  error?: { code: string; message: string };
  notification?: string;
  data?: unknown;
};

/** A bare WebSocket client that keeps everything it hears. */
async function connect(headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, { headers });
  const heard: Message[] = [];
  const closed = new Promise<number>((done) => socket.once('close', (code) => done(code)));
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8')) as Message));
  await new Promise<void>((open, fail) => socket.once('open', open).once('error', fail));
  let id = 0;
  const request = async (type: string, data: unknown): Promise<Message> => {
    const mine = ++id;
    socket.send(JSON.stringify({ id: mine, type, data }));
    await expect.poll(() => heard.some((message) => message.id === mine)).toBe(true);
    return heard.find((message) => message.id === mine) as Message;
  };
  return { socket, heard, closed, request };
}

const hello = (token?: string) => ({
  protocol: PROTOCOL_VERSION,
  client: 'console',
  ...(token ? { token } : {}),
});

describe('signalling', () => {
  test('a console with the API key is let in and told of every stream', async () => {
    const { request, heard, socket } = await connect();
    expect(await request('hello', hello(server.links.apiKey))).toMatchObject({
      ok: true,
      data: { role: 'admin' },
    });
    await request('subscribe', {});
    const snapshot = heard.find(({ notification }) => notification === 'snapshot');
    expect(snapshot?.data).toMatchObject({ streams: [{ name: 'Kiosk 1', online: false }], people: 0 });
    socket.close();
  });

  test('a wrong token is refused and the socket closed', async () => {
    const { request, closed } = await connect();
    expect(await request('hello', hello('wrong'.repeat(10)))).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(await closed).toBe(4401);
  });

  test('another version is told which one the server speaks', async () => {
    const { request, heard, closed } = await connect();
    const answer = await request('hello', { ...hello(server.links.apiKey), protocol: 0 });
    expect(answer.error).toMatchObject({
      code: 'client-too-old',
      message: expect.stringContaining('Reload'),
    });
    expect(await closed).toBe(4000);
    expect(heard.at(-1)).toMatchObject({ notification: 'bye', data: { reason: 'client-too-old' } });
  });

  test('nothing but hello is understood before hello, and a second hello is refused', async () => {
    const { request, socket } = await connect();
    expect(await request('subscribe', {})).toMatchObject({ error: { code: 'bad-state' } });
    await request('hello', hello(server.links.apiKey));
    expect(await request('hello', hello(server.links.apiKey))).toMatchObject({
      error: { code: 'bad-state' },
    });
    expect(await request('produceData', {})).toMatchObject({ error: { code: 'bad-state' } });
    socket.close();
  });

  test('unknown and malformed requests are answered with what is accepted', async () => {
    const { request, socket } = await connect();
    expect((await request('dance', {})).error?.message).toMatch(/no request "dance".*hello/);
    expect((await request('__proto__', {})).error?.code).toBe('bad-request');
    expect((await request('hello', { protocol: 'one' })).error?.code).toBe('validation');
    socket.close();
  });

  test('who goes on sending what is no message is cut off', async () => {
    const { socket, heard, closed } = await connect();
    for (let i = 0; i < 10; i++) socket.send(i % 2 ? 'garbage' : Buffer.from([1, 2, 3]));
    expect(await closed).toBe(4000);
    expect(heard.at(-1)).toMatchObject({ notification: 'bye', data: { reason: 'misbehaving' } });
  });

  test('an oversize message closes the socket, and the server stays up', async () => {
    const { socket, closed } = await connect();
    socket.send('x'.repeat(100_000));
    expect(await closed).toBe(1009);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('a page of another origin is refused', async () => {
    await expect(connect({ origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  test('a nonsense target, or a reset while it is refused, does not end the server', async () => {
    const { hostname, port } = new URL(server.url);
    for (const target of ['//', '/elsewhere']) {
      const socket = createConnection({ host: hostname, port: Number(port) });
      socket.on('error', () => {});
      const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
      await new Promise<void>((written) => socket.write(head, () => written()));
      socket.resetAndDestroy();
    }
    await new Promise((done) => setTimeout(done, 200));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('who asks faster than anybody needs to is cut off', async () => {
    const { socket, heard, closed } = await connect();
    for (let i = 0; i < 100; i++) socket.send(JSON.stringify({ id: i, type: 'ping', data: {} }));
    expect(await closed).toBe(4000);
    expect(heard.at(-1)).toMatchObject({ notification: 'bye', data: { reason: 'misbehaving' } });
  });

  test('a console that has logged out hears no more', async () => {
    const login = await server.api('POST', '/auth/links', { role: 'operator' });
    const { url } = (await login.json()) as { url: string };
    const code = new URL(url).hash.slice('#code='.length);
    const headers = { 'content-type': 'application/json', origin: server.url };
    const session = await fetch(`${server.url}/auth/code`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ code }),
    });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { request, heard, closed } = await connect({ cookie, origin: server.url });
    expect(await request('hello', hello())).toMatchObject({ ok: true, data: { role: 'operator' } });
    const logout = await fetch(`${server.url}/auth/logout`, {
      method: 'POST',
      headers: { ...headers, cookie },
    });
    expect(logout.ok).toBe(true);
    expect(await closed).toBe(4000);
    expect(heard.at(-1)).toMatchObject({ notification: 'bye', data: { reason: 'revoked' } });
  });

  test('a kiosk that transmits video without leave is refused, and consoles cannot consume what is not there', async () => {
    const { id, url } = await server.addKiosk('Door');
    const login = await fetch(`${server.url}/auth/code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify({ code: new URL(url).hash.slice('#code='.length) }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const kiosk = await connect({ cookie, origin: server.url });
    expect(await kiosk.request('hello', { protocol: PROTOCOL_VERSION, client: 'kiosk' })).toMatchObject({
      ok: true,
      data: { kiosk: { policy: { video: false, training: false } } },
    });
    const video = { transportId: 'any', rtpParameters: {} };
    expect(await kiosk.request('produceVideo', video)).toMatchObject({ error: { code: 'forbidden' } });
    await server.api('PATCH', `/kiosks/${id}`, { policy: { video: true } });
    await expect.poll(() => kiosk.heard.some(({ notification }) => notification === 'kiosk')).toBe(true);
    expect(await kiosk.request('produceVideo', video)).toMatchObject({ error: { code: 'bad-state' } });

    const console = await connect();
    await console.request('hello', hello(server.links.apiKey));
    const consume = { stream: id, transportId: 'any', rtpCapabilities: {} };
    expect(await console.request('consumeVideo', consume)).toMatchObject({ error: { code: 'bad-state' } });
    expect(await console.request('createTransport', { direction: 'send' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await console.request('produceVideo', video)).toMatchObject({ error: { code: 'bad-state' } });
    kiosk.socket.close();
    console.socket.close();
  });

  test('a cookie alone does not let a program in that names no origin', async () => {
    const { request } = await connect({ cookie: 'facewire-console=x' });
    expect(await request('hello', hello())).toMatchObject({ error: { code: 'unauthenticated' } });
  });
});
