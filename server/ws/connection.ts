import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import type { Logger } from '../../config/logger.ts';
import { FacewireError } from '../../protocol/errors.ts';
import {
  CLOSE_CODES,
  type NotificationData,
  type NotificationType,
  type RequestData,
  type RequestType,
  type ResponseData,
  requestSchema,
  requests,
} from '../../protocol/signaling.ts';

export type Handlers = {
  [T in RequestType]?: (data: RequestData<T>) => Promise<ResponseData<T>> | ResponseData<T>;
};

const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const MAX_PENDING = 32;
const REQUESTS_PER_SECOND = 60;
const OFFENCES_TOLERATED = 10;

/** One signalling socket: parses requests, answers each exactly once, sends notifications. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #logger: Logger;
  #handlers: Handlers;
  readonly #limiter = new RateLimiterMemory({ points: REQUESTS_PER_SECOND, duration: 1 });
  #pending = 0;
  #offences = 0;

  constructor(options: { socket: WebSocket; logger: Logger; handlers: Handlers }) {
    this.#socket = options.socket;
    this.#logger = options.logger;
    this.#handlers = options.handlers;
    this.#socket.on('message', (data, isBinary) => void this.#handle(data, isBinary));
  }

  /** From now on other requests are understood: after `hello`, those of its role. */
  use(handlers: Handlers): void {
    this.#handlers = handlers;
  }

  notify<T extends NotificationType>(notification: T, data: NotificationData<T>): void {
    this.#send({ notification, data });
  }

  bye(reason: NotificationData<'bye'>['reason'], message: string): void {
    this.#send({ notification: 'bye', data: { reason, message } });
    this.#socket.close(CLOSE_CODES.bye, reason);
  }

  close(code: keyof typeof CLOSE_CODES): void {
    this.#socket.close(CLOSE_CODES[code], code);
  }

  async #handle(raw: RawData, isBinary: boolean): Promise<void> {
    const request = isBinary ? undefined : parse(raw as Buffer);
    if (!request) {
      this.#offend(
        new FacewireError('bad-request', 'A message is JSON text: {"id": 1, "type": "ping", "data": {}}.'),
      );
      return;
    }
    const inRate = await this.#limiter.consume('requests').then(
      () => true,
      () => false,
    );
    if (!inRate) {
      this.#offend(
        new FacewireError('rate-limited', `At most ${REQUESTS_PER_SECOND} requests a second are taken.`),
      );
      return;
    }
    if (this.#pending >= MAX_PENDING) {
      this.#refuse(request.id, new FacewireError('rate-limited', `${MAX_PENDING} requests wait already.`));
      return;
    }
    this.#pending += 1;
    try {
      this.#send({ id: request.id, ok: true, data: await this.#dispatch(request) });
    } catch (error) {
      this.#refuse(request.id, error);
    } finally {
      this.#pending -= 1;
    }
  }

  async #dispatch({ type, data }: z.infer<typeof requestSchema>): Promise<unknown> {
    if (!Object.hasOwn(requests, type)) {
      throw new FacewireError(
        'bad-request',
        `There is no request "${type}"; known are ${Object.keys(requests).join(', ')}.`,
      );
    }
    const known = type as RequestType;
    const handler = this.#handlers[known] as ((data: unknown) => unknown) | undefined;
    if (!handler)
      throw new FacewireError('bad-state', `"${known}" is not possible now, or not for this role.`);
    const parsed = requests[known].data.safeParse(data);
    if (!parsed.success) {
      const why = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new FacewireError('validation', `"${known}" was not understood: ${why}`);
    }
    return await handler(parsed.data);
  }

  #refuse(id: number, cause: unknown): void {
    const error =
      cause instanceof FacewireError ? cause : new FacewireError('internal', 'The server failed; try again.');
    if (error.code === 'bad-request' || error.code === 'validation') this.#countOffence();
    if (error !== cause) this.#logger.error({ err: cause }, 'a signalling request failed');
    this.#send({ id, ok: false, error: error.toWire() });
  }

  #offend(error: FacewireError): void {
    this.#send({ notification: 'error', data: error.toWire() });
    this.#countOffence();
  }

  #countOffence(): void {
    this.#offences += 1;
    if (this.#offences >= OFFENCES_TOLERATED)
      this.bye('misbehaving', 'Too many messages were not understood.');
  }

  #send(message: unknown): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    // Who does not read is cut off rather than buffered for without end.
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }
}

/** ws gives text messages as one Buffer by default (`binaryType` nodebuffer). */
function parse(raw: Buffer): z.infer<typeof requestSchema> | undefined {
  try {
    return requestSchema.parse(JSON.parse(raw.toString('utf8')));
  } catch {
    return undefined;
  }
}
