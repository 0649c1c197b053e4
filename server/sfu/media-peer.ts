import type { types } from 'mediasoup';
import { CROP_CHANNEL, CROP_MAX_BYTES } from '../../protocol/crop.ts';
import { FacewireError } from '../../protocol/errors.ts';
import { LABEL_CHANNEL, type Label } from '../../protocol/label.ts';

/** A label older than this is of no use to the kiosk. */
const LABEL_LIFE_MS = 500;

type Direction = 'send' | 'recv';

/**
 * One kiosk's transports: its crops arrive over `send` and are tapped by a direct consumer;
 * labels are fed by a direct producer and leave over `recv`.
 */
export class MediaPeer {
  readonly #webRtcServer: types.WebRtcServer;
  readonly #router: types.Router;
  readonly #direct: types.DirectTransport;
  readonly #onCrop: (bytes: Buffer) => void;
  readonly #onClosed: () => void;
  readonly #transports = new Map<string, { direction: Direction; transport: types.WebRtcTransport }>();
  #crops: types.DataProducer | undefined;
  #labels: types.DataProducer | undefined;
  #video: types.Producer | undefined;
  #closed = false;

  constructor(options: {
    webRtcServer: types.WebRtcServer;
    router: types.Router;
    direct: types.DirectTransport;
    onCrop: (bytes: Buffer) => void;
    onClosed: () => void;
  }) {
    this.#webRtcServer = options.webRtcServer;
    this.#router = options.router;
    this.#direct = options.direct;
    this.#onCrop = options.onCrop;
    this.#onClosed = options.onClosed;
  }

  /** A page that lost its transport makes another of the same direction, which replaces the first. */
  async createTransport(direction: Direction): Promise<types.WebRtcTransport> {
    for (const [id, existing] of this.#transports) {
      if (existing.direction !== direction) continue;
      this.#transports.delete(id);
      existing.transport.close();
    }
    const transport = await this.#router.createWebRtcTransport({
      webRtcServer: this.#webRtcServer,
      enableSctp: true,
      maxReceiveMessageSize: CROP_MAX_BYTES,
    });
    if (this.#closed) {
      transport.close();
      throw new FacewireError('bad-state', 'The session has ended.');
    }
    this.#transports.set(transport.id, { direction, transport });
    return transport;
  }

  async connectTransport(transportId: string, dtlsParameters: types.DtlsParameters): Promise<void> {
    await this.#find(transportId).transport.connect({ dtlsParameters });
  }

  async restartIce(transportId: string): Promise<types.IceParameters> {
    return await this.#find(transportId).transport.restartIce();
  }

  /** Takes the kiosk's channel `crops`, and taps it. */
  async produceCrops(transportId: string, sctpStreamParameters: types.SctpStreamParameters): Promise<string> {
    const { transport } = this.#find(transportId, 'send');
    this.#crops?.close();
    const producer = await transport.produceData({ label: CROP_CHANNEL, sctpStreamParameters });
    this.#crops = producer;
    const tap = await this.#direct.consumeData({ dataProducerId: producer.id });
    tap.on('message', (message) => this.#onCrop(message));
    return producer.id;
  }

  /** Opens the channel `labels` to the kiosk. */
  async consumeLabels(transportId: string): Promise<types.DataConsumer> {
    const { transport } = this.#find(transportId, 'recv');
    this.#labels ??= await this.#direct.produceData({ label: LABEL_CHANNEL });
    // `maxPacketLifeTime` must be set on an unordered consumer: unset, mediasoup 3.27 drops what spans several packets.
    return await transport.consumeData({
      dataProducerId: this.#labels.id,
      ordered: false,
      maxPacketLifeTime: LABEL_LIFE_MS,
    });
  }

  /** Takes the kiosk's camera; consoles then consume it. */
  async produceVideo(transportId: string, rtpParameters: types.RtpParameters): Promise<string> {
    const { transport } = this.#find(transportId, 'send');
    this.#video?.close();
    const video = await transport.produce({ kind: 'video', rtpParameters });
    // Another may have come meanwhile.
    this.#video?.close();
    this.#video = video;
    return video.id;
  }

  stopVideo(): void {
    this.#video?.close();
    this.#video = undefined;
  }

  get video(): types.Producer | undefined {
    return this.#video?.closed ? undefined : this.#video;
  }

  sendLabel(label: Label): void {
    if (!this.#labels?.closed) this.#labels?.send(JSON.stringify(label));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { transport } of this.#transports.values()) transport.close();
    this.#transports.clear();
    this.#labels?.close();
    this.#onClosed();
  }

  #find(transportId: string, direction?: Direction) {
    const found = this.#transports.get(transportId);
    if (!found || (direction && found.direction !== direction)) {
      throw new FacewireError(
        'bad-state',
        `This session has no ${direction ?? ''} transport ${transportId}.`,
      );
    }
    return found;
  }
}
