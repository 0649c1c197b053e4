import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../../config/logger.ts';
import { FacewireError } from '../../protocol/errors.ts';
import type { KioskIdentity } from '../../protocol/kiosks.ts';
import {
  type RequestData,
  type ResponseData,
  SIGNALING_MAX_BYTES,
  SIGNALING_PATH,
} from '../../protocol/signaling.ts';
import { PROTOCOL_VERSION, versionProblem } from '../../protocol/version.ts';
import type { Auth, Credentials, Principal } from '../auth/auth.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import { Connection } from './connection.ts';
import { ConsoleSession } from './console-session.ts';
import { KioskSession, type KioskSessionDependencies } from './kiosk-session.ts';

const HELLO_TIMEOUT_MS = 5000;
const HEARTBEAT_MS = 4000;
const RESUME_MS = 10_000;
const REFUSAL_DELAY_MS = 200;
const MAX_CONSOLES = 100;
const MAX_SOCKETS_BEFORE_HELLO = 100;

type Dependencies = KioskSessionDependencies & {
  auth: Auth;
  /** The kiosk as the database knows it; `undefined` when it was revoked. */
  findKiosk: (id: string) => Promise<KioskIdentity | undefined>;
  maxStreams: number;
  /** Whether a page of this origin, asking this host, was served by us. */
  isOwnOrigin: (origin: string, host: string | undefined) => boolean;
  serverVersion: string;
  logger: Logger;
};

/** The WebSocket side: lets kiosks and consoles in, keeps their sessions, and ends them in order. */
export class SignalingServer {
  readonly #options: Dependencies;
  readonly #hub: StreamHub;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: SIGNALING_MAX_BYTES,
    clientTracking: true,
  });
  readonly #kiosks = new Map<string, KioskSession>();
  readonly #consoles = new Set<{ session: ConsoleSession; connection: Connection }>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #loggedIn = new Map<
    WebSocket,
    { connection: Connection; credentials: Credentials; role: Principal['role'] }
  >();
  #beforeHello = 0;
  #closing = false;

  constructor(options: Dependencies & { server: Server }) {
    this.#options = options;
    this.#hub = options.hub;
    options.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  /** Somebody’s login may have ended: whoever is no longer let in is cut off. */
  recheck(): void {
    void this.#recheck();
  }

  /** A revoked kiosk is cut off at once. */
  revoke(kioskId: string): void {
    this.#kiosks.get(kioskId)?.end('revoked', 'This kiosk was removed. Ask an operator for a new link.');
    this.#hub.remove(kioskId);
  }

  /** A kiosk was renamed, moved, or its policy changed: its page and the consoles are told. */
  changeKiosk(kiosk: KioskIdentity): void {
    this.#kiosks.get(kiosk.id)?.change(kiosk);
    this.#hub.changeKiosk(kiosk);
  }

  /** @param galleryVersion from which on no worker knows the person */
  forgetPerson(personId: string, galleryVersion: number): void {
    this.#options.erasures.add(personId, galleryVersion);
    for (const session of this.#kiosks.values()) session.forgetPerson(personId);
  }

  /** An operator has said of a live track who it is, or is not. */
  correct(
    { stream, track }: { stream: string; track: number },
    answer: Parameters<KioskSession['correct']>[1],
  ): void {
    this.#kiosks.get(stream)?.correct(track, answer);
  }

  close(): void {
    this.#closing = true;
    clearInterval(this.#heartbeat);
    for (const session of [...this.#kiosks.values()])
      session.end('shutting-down', 'The server is shutting down.');
    for (const { connection } of this.#consoles)
      connection.bye('shutting-down', 'The server is shutting down.');
    this.#sockets.close();
    setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
    }, 500).unref();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node hands the socket over bare: a reset by the peer would otherwise end the process.
    socket.on('error', () => socket.destroy());
    const { origin, host } = request.headers;
    const [path] = (request.url ?? '').split('?');
    const refusal = this.#refusal(path, origin, host);
    if (refusal) refuse(socket, ...refusal);
    else this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#connected(ws, request));
  }

  #refusal(
    path: string | undefined,
    origin: string | undefined,
    host: string | undefined,
  ): [number, string] | undefined {
    if (path !== SIGNALING_PATH) return [404, `WebSockets are served at ${SIGNALING_PATH} only.`];
    if (this.#closing) return [503, 'The server is shutting down.'];
    // A browser always sends Origin; programs without one must bring a token, as cookies are not taken from them.
    if (origin !== undefined && !this.#options.isOwnOrigin(origin, host)) {
      return [403, `Pages of ${origin} may not use this server.`];
    }
    if (this.#beforeHello >= MAX_SOCKETS_BEFORE_HELLO) return [503, 'Too many connections at once.'];
    return undefined;
  }

  #connected(socket: WebSocket & { alive?: boolean }, request: IncomingMessage): void {
    this.#beforeHello += 1;
    const cookie = request.headers.origin === undefined ? undefined : request.headers.cookie;
    const address = request.socket.remoteAddress;
    const leaveLobby = once(() => {
      this.#beforeHello -= 1;
      clearTimeout(timer);
    });
    const connection: Connection = new Connection({
      socket,
      logger: this.#options.logger,
      handlers: {
        hello: async (data) => {
          const credentials = { cookie, token: data.token, client: data.client, address };
          try {
            return await this.#hello({ data, credentials, connection, socket });
          } catch (error) {
            // After the refusal has left; the page then knows why.
            setTimeout(() => connection.close('refused'), REFUSAL_DELAY_MS).unref();
            throw error;
          } finally {
            leaveLobby();
          }
        },
      },
    });
    const timer = setTimeout(() => connection.close('helloTimeout'), HELLO_TIMEOUT_MS);
    socket.alive = true;
    socket.on('pong', () => {
      socket.alive = true;
    });
    socket.on('close', leaveLobby);
    socket.on('error', () => {}); // Oversize or malformed frames: ws closes the socket with the right code.
  }

  async #hello(options: {
    data: RequestData<'hello'>;
    credentials: Credentials;
    connection: Connection;
    socket: WebSocket;
  }): Promise<ResponseData<'hello'>> {
    const { data, credentials, connection, socket } = options;
    connection.use({}); // One hello for each socket.
    const problem = versionProblem(data.protocol);
    if (problem) {
      const message = `The page speaks version ${data.protocol}, the server ${PROTOCOL_VERSION}. Reload the page.`;
      setImmediate(() => connection.bye(problem, message));
      throw new FacewireError(problem, message);
    }
    const principal = await this.#options.auth.authenticate(credentials);
    if (!principal) {
      setImmediate(() => connection.close('unauthenticated'));
      throw new FacewireError(
        'unauthenticated',
        'Log in with a link first: an operator makes one for a kiosk; the server prints one for the console.',
      );
    }
    const answer =
      data.client === 'kiosk'
        ? await this.#kioskHello({ principal, resume: data.resume, connection, socket })
        : this.#consoleHello({ principal, connection, socket });
    this.#loggedIn.set(socket, { connection, credentials, role: principal.role });
    socket.on('close', () => this.#loggedIn.delete(socket));
    return answer;
  }

  async #kioskHello(options: {
    principal: Principal;
    resume: string | undefined;
    connection: Connection;
    socket: WebSocket;
  }): Promise<ResponseData<'hello'>> {
    const { principal, resume, connection, socket } = options;
    const kiosk = principal.kioskId ? await this.#options.findKiosk(principal.kioskId) : undefined;
    if (!kiosk)
      throw new FacewireError('forbidden', 'This login is not a kiosk’s. Open the link of a kiosk.');
    if (socket.readyState !== socket.OPEN) throw new FacewireError('bad-state', 'The socket has closed.');
    const before = this.#kiosks.get(kiosk.id);
    const resumed = before !== undefined && resume === before.resumeToken;
    if (!resumed) {
      before?.end('replaced', 'This kiosk was opened in another window.');
      if (this.#kiosks.size >= this.#options.maxStreams) {
        throw new FacewireError(
          'full',
          `${this.#options.maxStreams} kiosks are connected, the most (MAX_STREAMS).`,
        );
      }
    }
    const session = resumed ? before : this.#open(kiosk, connection);
    session.attach(connection);
    if (resumed) session.change(kiosk);
    connection.use(session.handlers);
    this.#hub.setOnline(kiosk.id, true);
    // A resumed session's camera has been on the air all the while.
    this.#hub.setVideo(kiosk.id, session.video !== undefined);
    socket.on('close', () => this.#kioskDropped(session, connection));
    return {
      ...this.#welcome(principal),
      session: session.id,
      resumeToken: session.resumeToken,
      resumed,
      epoch: session.epoch,
      kiosk,
      routerRtpCapabilities: { ...this.#options.sfu.routerRtpCapabilities },
    };
  }

  #open(kiosk: KioskIdentity, connection: Connection): KioskSession {
    const session: KioskSession = new KioskSession({
      ...this.#options,
      kiosk,
      connection,
      onEnded: () => {
        if (this.#kiosks.get(kiosk.id) !== session) return;
        this.#kiosks.delete(kiosk.id);
        this.#options.metrics.streamsOnline.set(this.#kiosks.size);
        this.#hub.setOnline(kiosk.id, false);
      },
    });
    this.#kiosks.set(kiosk.id, session);
    this.#hub.add(kiosk);
    this.#options.metrics.streamsOnline.set(this.#kiosks.size);
    this.#options.logger.info({ kiosk: kiosk.id, session: session.id }, 'kiosk connected');
    return session;
  }

  #kioskDropped(session: KioskSession, connection: Connection): void {
    if (!session.detach(connection)) return;
    this.#options.logger.info({ kiosk: session.kiosk.id, session: session.id }, 'kiosk disconnected');
    this.#hub.setOnline(session.kiosk.id, false);
    const { detachments } = session;
    setTimeout(() => {
      const stillGone = !session.attached && session.detachments === detachments;
      if (stillGone) session.end('shutting-down', 'The connection was lost for too long.');
    }, RESUME_MS).unref();
  }

  #consoleHello(options: {
    principal: Principal;
    connection: Connection;
    socket: WebSocket;
  }): ResponseData<'hello'> {
    const { principal, connection, socket } = options;
    if (socket.readyState !== socket.OPEN) throw new FacewireError('bad-state', 'The socket has closed.');
    if (principal.role === 'kiosk')
      throw new FacewireError('forbidden', 'The console is for operators and admins.');
    if (this.#consoles.size >= MAX_CONSOLES)
      throw new FacewireError('full', `${MAX_CONSOLES} consoles are open, the most.`);
    const session = new ConsoleSession({
      connection,
      hub: this.#hub,
      sfu: this.#options.sfu,
      videoOf: (stream) => this.#kiosks.get(stream)?.video,
    });
    const entry = { session, connection };
    this.#consoles.add(entry);
    connection.use(session.handlers);
    socket.on('close', () => {
      session.close();
      this.#consoles.delete(entry);
    });
    return {
      ...this.#welcome(principal),
      session: randomUUID(),
      resumeToken: randomBytes(16).toString('base64url'),
      resumed: false,
      epoch: this.#options.now(),
      routerRtpCapabilities: { ...this.#options.sfu.routerRtpCapabilities },
    };
  }

  #welcome(principal: Principal) {
    const { cropsPerSecond, serverVersion } = this.#options;
    return { role: principal.role, cropsPerSecond, serverVersion };
  }

  /** Who has logged out, expired or was revoked, here or on another server, is cut off at the next heartbeat. */
  async #recheck(): Promise<void> {
    for (const { connection, credentials, role } of [...this.#loggedIn.values()]) {
      // While the database is away nobody is judged.
      const principal = await this.#options.auth.authenticate(credentials).catch(() => 'unknown' as const);
      if (principal === 'unknown') continue;
      if (!principal) connection.bye('revoked', 'This login has ended. Log in again.');
      else if (principal.role !== role) connection.bye('revoked', 'This login has another role now.');
    }
  }

  /** A peer that vanished without a word is found by a ping that it does not answer. */
  #beat(): void {
    void this.#recheck();
    for (const socket of this.#sockets.clients as Set<WebSocket & { alive?: boolean }>) {
      if (!socket.alive) {
        socket.terminate();
        continue;
      }
      socket.alive = false;
      socket.ping();
    }
  }
}

function refuse(socket: Duplex, status: number, message: string): void {
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${message}\n`,
  );
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
