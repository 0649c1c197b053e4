import type { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { FacewireError } from '../../protocol/errors.ts';
import type { NotificationData } from '../../protocol/signaling.ts';
import type { Sfu } from '../sfu/sfu.ts';
import type { VideoViewer } from '../sfu/video-viewer.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { Connection, Handlers } from './connection.ts';
import { checked, describeTransport } from './transports.ts';

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
  readonly #sfu: Sfu;
  readonly #videoOf: (stream: string) => types.Producer | undefined;
  #viewer: VideoViewer | undefined;
  #unsubscribe = () => {};

  /** @param options.videoOf what a stream's kiosk transmits, if it does */
  constructor(options: {
    connection: Connection;
    hub: StreamHub;
    sfu: Sfu;
    videoOf: (stream: string) => types.Producer | undefined;
  }) {
    this.#connection = options.connection;
    this.#hub = options.hub;
    this.#sfu = options.sfu;
    this.#videoOf = options.videoOf;
  }

  readonly handlers: Handlers = {
    ping: () => ({ serverTime: Date.now() }),
    subscribe: () => {
      this.#subscribe();
      return {};
    },
    createTransport: async ({ direction }) => {
      if (direction !== 'recv')
        throw new FacewireError('forbidden', 'A console receives, and sends nothing.');
      this.#viewer ??= this.#sfu.createViewer({
        onClosed: () => {
          this.#viewer = undefined;
        },
      });
      return describeTransport(await this.#viewer.createTransport());
    },
    connectTransport: async ({ transportId, dtlsParameters }) => {
      await checked(this.#required().connectTransport(transportId, dtlsParameters as types.DtlsParameters));
      return {};
    },
    consumeVideo: async ({ stream, transportId, rtpCapabilities }) => {
      const producer = this.#videoOf(stream);
      if (!producer) throw new FacewireError('bad-state', 'This stream transmits no video now.');
      const consumer = await checked(
        this.#required().consume({
          stream,
          transportId,
          producerId: producer.id,
          rtpCapabilities: rtpCapabilities,
        }),
      );
      return { id: consumer.id, producerId: producer.id, rtpParameters: { ...consumer.rtpParameters } };
    },
    resumeVideo: async ({ consumerId }) => {
      await this.#viewer?.resume(consumerId);
      return {};
    },
    closeVideo: ({ consumerId }) => {
      this.#viewer?.stop(consumerId);
      return {};
    },
  };

  close(): void {
    this.#unsubscribe();
    this.#viewer?.close();
  }

  #required(): VideoViewer {
    if (!this.#viewer) throw new FacewireError('bad-state', 'Make a transport first, by createTransport.');
    return this.#viewer;
  }

  #subscribe(): void {
    this.#unsubscribe();
    const undo = FORWARDED.map((name) => this.#forward(name));
    const boxes = (data: NotificationData<'streamBoxes'>) => {
      if (this.#viewer?.watches(data.stream)) this.#connection.notify('streamBoxes', data);
    };
    this.#hub.on('streamBoxes', boxes);
    undo.push(() => this.#hub.off('streamBoxes', boxes));
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
