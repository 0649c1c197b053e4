import type { types } from 'mediasoup';
import { FacewireError } from '../../protocol/errors.ts';

/** The console's page asks for fewer; at 600 kbit/s each this is what a good network carries. */
const CONSUMERS_AT_MOST = 32;

/** The media side of one console: one transport, over which it receives the video of the streams that it shows. */
export class VideoViewer {
  readonly #webRtcServer: types.WebRtcServer;
  readonly #router: types.Router;
  readonly #onClosed: () => void;
  readonly #consumers = new Map<string, { stream: string; consumer: types.Consumer }>();
  #transport: types.WebRtcTransport | undefined;
  #closed = false;

  constructor(options: { webRtcServer: types.WebRtcServer; router: types.Router; onClosed: () => void }) {
    this.#webRtcServer = options.webRtcServer;
    this.#router = options.router;
    this.#onClosed = options.onClosed;
  }

  /** A page that lost its transport makes another, which replaces the first with all that it carried. */
  async createTransport(): Promise<types.WebRtcTransport> {
    this.#transport?.close();
    this.#consumers.clear();
    const transport = await this.#router.createWebRtcTransport({
      webRtcServer: this.#webRtcServer,
      enableSctp: true,
    });
    if (this.#closed) {
      transport.close();
      throw new FacewireError('bad-state', 'The session has ended.');
    }
    this.#transport = transport;
    return transport;
  }

  async connectTransport(transportId: string, dtlsParameters: types.DtlsParameters): Promise<void> {
    await this.#find(transportId).connect({ dtlsParameters });
  }

  /** Paused until {@link resume}, so that no frame is sent before there is an eye for it. */
  async consume(options: {
    stream: string;
    transportId: string;
    producerId: string;
    rtpCapabilities: types.RtpCapabilities;
  }): Promise<types.Consumer> {
    const { stream, transportId, producerId, rtpCapabilities } = options;
    if (this.#consumers.size >= CONSUMERS_AT_MOST) {
      throw new FacewireError('full', `One console shows the video of ${CONSUMERS_AT_MOST} streams at most.`);
    }
    const consumer = await this.#find(transportId).consume({ producerId, rtpCapabilities, paused: true });
    this.#consumers.set(consumer.id, { stream, consumer });
    const forget = () => this.#consumers.delete(consumer.id);
    consumer.on('producerclose', forget);
    consumer.on('transportclose', forget);
    return consumer;
  }

  async resume(consumerId: string): Promise<void> {
    await this.#consumers.get(consumerId)?.consumer.resume();
  }

  stop(consumerId: string): void {
    this.#consumers.get(consumerId)?.consumer.close();
    this.#consumers.delete(consumerId);
  }

  /** Whether the stream's video is on its way to this console. */
  watches(stream: string): boolean {
    return [...this.#consumers.values()].some((one) => one.stream === stream);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport?.close();
    this.#consumers.clear();
    this.#onClosed();
  }

  #find(transportId: string): types.WebRtcTransport {
    if (this.#transport?.id === transportId && !this.#transport.closed) return this.#transport;
    throw new FacewireError('bad-state', `This session has no transport ${transportId}.`);
  }
}
