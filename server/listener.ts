import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsMaterial } from './tls.ts';

const CLOSE_TIMEOUT_MS = 5000;

export class ListenError extends Error {
  readonly code = 'listen';
}

/** The port, taken before anything slow is started; it answers 503 until `serve` is called. */
export type Listener = {
  server: Server;
  port: number;
  serve(handler: RequestListener): void;
  /** Lets requests in flight finish, for five seconds at most. */
  close(): Promise<void>;
};

/** @throws {ListenError} when the port is taken or the host is not this machine's */
export async function listen(options: {
  host: string;
  port: number;
  tls: TlsMaterial | undefined;
}): Promise<Listener> {
  const { host, port, tls } = options;
  let handler: RequestListener = (_request, response) => {
    response
      .writeHead(503, { 'content-type': 'text/plain', 'retry-after': '2' })
      .end('Starting. Try again shortly.\n');
  };
  const dispatch: RequestListener = (request, response) => handler(request, response);
  const server = tls
    ? createHttpsServer({ cert: tls.cert, key: tls.key }, dispatch)
    : createHttpServer(dispatch);
  // Uploads may be slow, headers may not.
  server.headersTimeout = 10_000;
  server.requestTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, host, port)));
    server.listen({ host, port }, resolve);
  });
  let closed: Promise<void> | undefined;
  return {
    server,
    port: (server.address() as AddressInfo).port,
    serve: (next) => {
      handler = next;
    },
    close: () => {
      closed ??= new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      });
      return closed;
    },
  };
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): ListenError {
  const messages: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another (0 takes a free one).`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine. Set HOST to one of its own, or to 0.0.0.0.`,
    ENOTFOUND: `HOST ${host} is not known. Set HOST to an address of this machine, or to 0.0.0.0.`,
    EACCES: `Port ${port} may not be opened by this user. Set PORT to a number above 1023.`,
  };
  return new ListenError(messages[cause.code ?? ''] ?? `HTTP does not start: ${cause.message}`, { cause });
}
