import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import preact from '@preact/preset-vite';
import sharp from 'sharp';
import { build } from 'vite';
import { type WebSocket, WebSocketServer } from 'ws';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/rest.ts';
import {
  type NotificationData,
  type NotificationType,
  type RequestData,
  type ResponseData,
  requestSchema,
  requests,
  SIGNALING_PATH,
} from '../../protocol/signaling.ts';

type Answer = { status?: number; body?: unknown };
export type Handler = (request: { url: URL; body: Buffer; type: string }) => Answer | Promise<Answer>;

/**
 * A server whose every answer a test decides, for states of the console that a real server is hard to
 * bring to: failures, slowness, thirty streams at once. It speaks the protocol's own schemas.
 */
export type ScriptedServer = {
  url: string;
  /** Sets the answer to `METHOD /path`; a path may end in `*`. */
  answer(route: string, handler: Handler | Answer): void;
  snapshot: NotificationData<'snapshot'>;
  notify<T extends NotificationType>(notification: T, data: NotificationData<T>): void;
  /** Resolves when a console has subscribed. */
  subscribed(): Promise<void>;
  /** Cuts every socket off and refuses new ones until `true` is given. */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
};

const ROOT = resolve(import.meta.dirname, '../../client');

/** Builds the console once into a folder. @param root folder `client` of the sources */
export async function buildConsole(outDir: string, root = ROOT): Promise<void> {
  await build({
    configFile: false,
    root,
    plugins: [preact()],
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: join(root, 'console/index.html') } },
  });
}

export async function startScriptedServer(options: {
  clientDir: string;
  role?: Role;
  /** JPEG of a crop by its path; a drawn head by default. */
  crop?: (path: string) => Promise<Buffer | undefined>;
}): Promise<ScriptedServer> {
  const { clientDir, role = 'admin', crop = drawHead } = options;
  const answers = new Map<string, Handler | Answer>();
  const sockets = new Set<WebSocket>();
  const waiting: (() => void)[] = [];
  let reachable = true;
  const server: ScriptedServer = {
    url: '',
    snapshot: { streams: [], sightings: [], people: 0 },
    answer: (route, handler) => void answers.set(route, handler),
    notify: (notification, data) => {
      for (const socket of sockets) socket.send(JSON.stringify({ notification, data }));
    },
    subscribed: () => new Promise((done) => waiting.push(done)),
    setReachable: (next) => {
      reachable = next;
      if (!next) for (const socket of sockets) socket.terminate();
    },
    close: async () => {
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  server.answer('GET /auth/session', {
    body: { role, expiresAt: new Date(Date.now() + 3.6e6).toISOString() },
  });

  server.answer('GET /watch-list', { body: { people: [] } });
  server.answer('GET /sightings', () => ({ body: { sightings: server.snapshot.sightings } }));

  const http = createServer((request, response) => {
    void serve(request, response).catch(() => response.writeHead(500).end());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://scripted');
    const body = await buffer(request);
    const scripted = find(`${request.method} ${url.pathname}`);
    if (scripted) {
      const call = { url, body, type: request.headers['content-type'] ?? '' };
      const { status = 200, body: answer } = typeof scripted === 'function' ? await scripted(call) : scripted;
      if (status === 0) return void request.socket.destroy();
      response.writeHead(status, {
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      });
      return void response.end(answer === undefined ? undefined : JSON.stringify(answer));
    }
    if (url.pathname.startsWith('/crops/') || /^\/people\/.+\.jpg$/.test(url.pathname)) {
      const jpeg = await crop(url.pathname);
      if (!jpeg) return void response.writeHead(404).end();
      return void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg);
    }
    const file = url.pathname === '/console' ? '/console/index.html' : url.pathname;
    if (!/^\/(console|assets)\/[\w.-]+$/.test(file)) return void response.writeHead(404).end();
    const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
    const extension = file.split('.').at(-1) as keyof typeof types;
    response
      .writeHead(200, {
        'content-type': types[extension] ?? 'application/octet-stream',
        'content-security-policy': "default-src 'self'; img-src 'self' blob: data:; style-src 'self'",
      })
      .end(await readFile(join(clientDir, file)));
  }

  function find(route: string): Handler | Answer | undefined {
    const exact = answers.get(route);
    if (exact) return exact;
    for (const [name, handler] of answers) {
      if (name.endsWith('*') && route.startsWith(name.slice(0, -1))) return handler;
    }
    return undefined;
  }

  const upgrades = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (!reachable || request.url !== SIGNALING_PATH) return void socket.destroy();
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      sockets.add(ws);
      ws.on('close', () => sockets.delete(ws));
      ws.on('message', (raw) => {
        const { id, type, data } = requestSchema.parse(JSON.parse((raw as Buffer).toString()));
        const reply = (body: object) => ws.send(JSON.stringify({ id, ok: true, data: body }));
        if (type === 'hello') {
          const hello: RequestData<'hello'> = requests.hello.data.parse(data);
          if (hello.client !== 'console') throw new Error(`said hello as ${hello.client}`);
          reply(helloAnswer(role));
        } else if (type === 'ping') {
          reply({ serverTime: Date.now() });
        } else if (type === 'subscribe') {
          reply({});
          ws.send(JSON.stringify({ notification: 'snapshot', data: server.snapshot }));
          for (const done of waiting.splice(0)) done();
        }
      });
    });
  });

  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return server;
}

function helloAnswer(role: Role): ResponseData<'hello'> {
  return {
    session: 'scripted',
    resumeToken: 'scripted',
    resumed: false,
    epoch: Date.now(),
    role,
    routerRtpCapabilities: {},
    cropsPerSecond: 30,
    serverVersion: 'scripted',
  };
}

/** An error answer as the server writes it. */
export function problem(code: ErrorCode, detail: string, more: object = {}): Answer {
  const { status, title, retryable } = ERRORS[code];
  return { status, body: { type: `/docs#error-${code}`, title, status, code, detail, retryable, ...more } };
}

const heads = new Map<string, Promise<Buffer>>();

/** A head in a colour that follows from the path without its sequence, so that tracks can be told apart. */
async function drawHead(path: string): Promise<Buffer> {
  const key = path.split('/').slice(0, -1).join('/');
  let hue = 7;
  for (const letter of key) hue = (hue * 31 + letter.charCodeAt(0)) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="112" height="112">
    <rect width="112" height="112" fill="hsl(${hue},25%,38%)"/>
    <ellipse cx="56" cy="62" rx="32" ry="42" fill="hsl(${(hue + 40) % 360},35%,72%)"/>
    <circle cx="43" cy="52" r="4"/><circle cx="69" cy="52" r="4"/>
    <path d="M42 84q14 9 28 0" fill="none" stroke="#000" stroke-width="3"/></svg>`;
  const drawn = heads.get(key) ?? sharp(Buffer.from(svg)).jpeg().toBuffer();
  heads.set(key, drawn);
  return drawn;
}
