import type { StreamHub } from '../streams/stream-hub.ts';
import type { Connection, Handlers } from './connection.ts';

const FORWARDED = [
  'stream',
  'streamRemoved',
  'streamLabel',
  'trackEnded',
  'sighting',
  'gallery',
  'snapshot',
] as const;

/** A console: after `subscribe` it is told of everything that happens on the streams. */
export class ConsoleSession {
  readonly #connection: Connection;
  readonly #hub: StreamHub;
  #unsubscribe = () => {};

  constructor(options: { connection: Connection; hub: StreamHub }) {
    this.#connection = options.connection;
    this.#hub = options.hub;
  }

  readonly handlers: Handlers = {
    ping: () => ({ serverTime: Date.now() }),
    subscribe: () => {
      this.#subscribe();
      return {};
    },
  };

  close(): void {
    this.#unsubscribe();
  }

  #subscribe(): void {
    this.#unsubscribe();
    const listeners = FORWARDED.map((name) => {
      const listener = (data: never) => this.#connection.notify(name, data);
      this.#hub.on(name, listener);
      return { name, listener };
    });
    this.#unsubscribe = () => {
      for (const { name, listener } of listeners) this.#hub.off(name, listener);
    };
    this.#connection.notify('snapshot', this.#hub.snapshot());
  }
}
