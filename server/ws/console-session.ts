import type { EventEmitter } from 'node:events';
import type { NotificationData } from '../../protocol/signaling.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { Connection, Handlers } from './connection.ts';

const FORWARDED = [
  'stream',
  'streamRemoved',
  'streamLabel',
  'trackEnded',
  'sighting',
  'sightingChanged',
  'alertRaised',
  'alertChanged',
  'gallery',
  'unknowns',
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
    const undo = FORWARDED.map((name) => this.#forward(name));
    this.#unsubscribe = () => {
      for (const off of undo) off();
    };
    this.#connection.notify('snapshot', this.#hub.snapshot());
    this.#connection.notify('unknowns', this.#hub.unknowns);
  }

  #forward<T extends (typeof FORWARDED)[number]>(name: T): () => void {
    const listener = (data: NotificationData<T>) => this.#connection.notify(name, data);
    // The emitter's table and the wire's have the same entry under each of these names.
    const emitter: EventEmitter = this.#hub;
    emitter.on(name, listener);
    return () => emitter.off(name, listener);
  }
}
