import { type ErrorCode, FacewireError, type WireError } from '../../protocol/errors.ts';
import {
  CLOSE_CODES,
  type ClientKind,
  type NotificationData,
  type NotificationType,
  notifications,
  type RequestData,
  type RequestType,
  type ResponseData,
  requests,
  type ServerMessage,
  serverMessageSchema,
} from '../../protocol/signaling.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { ClockOffset } from './clock.ts';

const REQUEST_TIMEOUT_MS = 5000;
/** The first pings follow each other quickly, for a good clock offset before the first crop leaves. */
const PING_EVERY_MS = { first: 150, later: 5000 } as const;
const QUICK_PINGS = 5;
const BACKOFF_MS = { first: 500, most: 15_000 } as const;

export type Hello = ResponseData<'hello'>;
export type EndReason = NotificationData<'bye'>['reason'] | ErrorCode;

export type SignalingStatus =
  | { kind: 'connecting' }
  | { kind: 'online'; hello: Hello }
  /** The connection is lost; the next try comes at `retryAt` (the injected clock's ms). */
  | { kind: 'offline'; retryAt: number; attempt: number; error?: WireError }
  /** Over for good: a new try would be refused again. */
  | { kind: 'ended'; reason: EndReason; message: string };

/** What is used of a WebSocket. */
export type Socket = Pick<WebSocket, 'send' | 'close'> & {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
};

export type NotificationHandlers = {
  [T in NotificationType]?: (data: NotificationData<T>) => void;
};

export type SignalingOptions = {
  url: string;
  client: ClientKind;
  /** Bearer token, for clients without the session cookie. */
  token?: string;
  onStatus: (status: SignalingStatus) => void;
  on?: NotificationHandlers;
  /** Told of messages that do not fit the protocol; they are ignored. */
  onMalformed?: (what: string) => void;
  open?: (url: string) => Socket;
  now?: () => number;
  random?: () => number;
};

type Waiting = {
  settle: (outcome: { ok: true; data: unknown } | { ok: false; error: Error }) => void;
  timer: ReturnType<typeof setTimeout>;
};

/**
 * The signalling connection of a page: requests with typed answers, notifications, and a connection that comes
 * back by itself (exponential backoff with jitter) and resumes its session. Every message of the server is checked
 * against the protocol's schema.
 */
export class SignalingClient {
  readonly clock = new ClockOffset();
  readonly #options: SignalingOptions;
  readonly #open: (url: string) => Socket;
  readonly #now: () => number;
  readonly #random: () => number;
  #socket: Socket | undefined;
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #attempt = 0;
  #resume: string | undefined;
  #lastError: WireError | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setTimeout> | undefined;
  #status: SignalingStatus = { kind: 'connecting' };

  constructor(options: SignalingOptions) {
    this.#options = options;
    this.#open = options.open ?? ((url) => new WebSocket(url) as Socket);
    this.#now = options.now ?? (() => performance.timeOrigin + performance.now());
    this.#random = options.random ?? Math.random;
  }

  get status(): SignalingStatus {
    return this.#status;
  }

  /** Connects now; also what a button `try again` does while a countdown runs. */
  connect(): void {
    if (this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#setStatus({ kind: 'connecting' });
    const socket = this.#open(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => void this.#hello(socket);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(socket, event);
  }

  /** Ends the connection for good, without a status. */
  close(): void {
    this.#detach();
    clearTimeout(this.#retryTimer);
  }

  /**
   * Sends a request and waits for its answer.
   * @throws {FacewireError} the server's error, or `no-connection` when there is none, or no answer in 5 s
   */
  request<T extends RequestType>(type: T, data: RequestData<T>): Promise<ResponseData<T>> {
    const socket = this.#socket;
    if (!socket)
      return Promise.reject(new FacewireError('no-connection', 'There is no connection to the server.'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new FacewireError('no-connection', `The server did not answer “${type}” in time.`));
      }, REQUEST_TIMEOUT_MS);
      this.#waiting.set(id, {
        timer,
        settle: (outcome) => {
          const answer = outcome.ok ? requests[type].response.safeParse(outcome.data) : undefined;
          if (answer?.success) {
            resolve(answer.data as ResponseData<T>);
            return;
          }
          if (answer) this.#options.onMalformed?.(`answer to ${type}`);
          reject(
            outcome.ok
              ? new FacewireError('internal', `The server’s answer to “${type}” is not understood.`)
              : outcome.error,
          );
        },
      });
      socket.send(JSON.stringify({ id, type, data }));
    });
  }

  async #hello(socket: Socket): Promise<void> {
    const { client, token } = this.#options;
    try {
      const hello = await this.request('hello', {
        protocol: PROTOCOL_VERSION,
        client,
        ...(token ? { token } : {}),
        ...(this.#resume ? { resume: this.#resume } : {}),
      });
      // A resumed session's channels go on, and need an offset at once.
      if (!hello.resumed) this.clock.reset();
      this.#resume = hello.resumeToken;
      this.#attempt = 0;
      this.#lastError = undefined;
      this.#setStatus({ kind: 'online', hello });
      void this.#keepPinging(socket, QUICK_PINGS);
    } catch (error) {
      if (this.#socket !== socket) return;
      const refusal = error instanceof FacewireError ? error : new FacewireError('internal', String(error));
      if (refusal.toWire().retryable) {
        this.#lastError = refusal.toWire();
        socket.close();
      } else {
        this.#end(refusal.code, refusal.message);
      }
    }
  }

  /** Measures the clock, and notices a connection that is dead without having been closed. */
  async #keepPinging(socket: Socket, quick: number): Promise<void> {
    const sentAt = this.#now();
    try {
      const { serverTime } = await this.request('ping', {});
      this.clock.add({ sentAt, receivedAt: this.#now(), serverTime });
    } catch {
      if (this.#socket === socket) this.#lost(socket, { code: 1006, reason: 'no answer to a ping' });
      return;
    }
    if (this.#socket !== socket) return;
    const wait = quick > 1 ? PING_EVERY_MS.first : PING_EVERY_MS.later;
    this.#pingTimer = setTimeout(() => void this.#keepPinging(socket, quick - 1), wait);
  }

  #receive(raw: unknown): void {
    const message = serverMessageSchema.safeParse(parseJson(raw));
    if (!message.success) this.#options.onMalformed?.('message');
    else if ('notification' in message.data) this.#notify(message.data.notification, message.data.data);
    else this.#answer(message.data);
  }

  #answer(answer: Exclude<ServerMessage, { notification: string }>): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if (answer.ok) waiting.settle({ ok: true, data: answer.data });
    else waiting.settle({ ok: false, error: new FacewireError(answer.error.code, answer.error.message) });
  }

  #notify(name: string, raw: unknown): void {
    const type = name as NotificationType;
    const data = Object.hasOwn(notifications, name) ? notifications[type].safeParse(raw) : undefined;
    if (!data?.success) {
      this.#options.onMalformed?.(`notification ${name}`);
      return;
    }
    if (type === 'bye') {
      const bye = data.data as NotificationData<'bye'>;
      if (bye.reason !== 'shutting-down') this.#end(bye.reason, bye.message);
      else this.#lastError = { code: 'shutting-down', message: bye.message, retryable: true };
    }
    (this.#options.on?.[type] as ((data: unknown) => void) | undefined)?.(data.data);
  }

  #lost(socket: Socket, event: { code: number; reason: string }): void {
    if (this.#socket !== socket) return;
    this.#detach();
    const final = FINAL_CLOSE_CODES.get(event.code);
    if (final) {
      this.#end(final, event.reason);
      return;
    }
    const ceiling = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.#attempt);
    // Half is kept fixed, half is random: kiosks that lost one server do not come back in one instant.
    const wait = ceiling / 2 + (ceiling / 2) * this.#random();
    this.#attempt++;
    this.#retryTimer = setTimeout(() => this.connect(), wait);
    this.#setStatus({
      kind: 'offline',
      retryAt: this.#now() + wait,
      attempt: this.#attempt,
      ...(this.#lastError ? { error: this.#lastError } : {}),
    });
  }

  #end(reason: EndReason, message: string): void {
    this.close();
    this.#setStatus({ kind: 'ended', reason, message });
  }

  /** Lets go of the socket: its later events no longer count, and what waits for an answer is told. */
  #detach(): void {
    clearTimeout(this.#pingTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { timer, settle } of waiting) {
      clearTimeout(timer);
      settle({
        ok: false,
        error: new FacewireError('no-connection', 'The connection to the server was lost.'),
      });
    }
    socket?.close();
  }

  #setStatus(status: SignalingStatus): void {
    this.#status = status;
    this.#options.onStatus(status);
  }
}

const FINAL_CLOSE_CODES: ReadonlyMap<number, EndReason> = new Map([
  [CLOSE_CODES.unauthenticated, 'unauthenticated'],
  [CLOSE_CODES.badOrigin, 'bad-origin'],
  [CLOSE_CODES.misbehaving, 'misbehaving'],
]);

function parseJson(raw: unknown): unknown {
  try {
    return JSON.parse(String(raw));
  } catch {
    return undefined;
  }
}
