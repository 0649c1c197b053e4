import { type ReadonlySignal, signal } from '@preact/signals';
import { Device, type types } from 'mediasoup-client';
import type { Hello, SignalingClient } from './signaling.ts';

export type WatchedVideo = { track: MediaStreamTrack; stop: () => void };

type Link = { device: Device; transport: types.Transport };

/** The console's side of live video: one transport, made with the first stream that is watched. */
export class VideoWatcher {
  readonly #signaling: Pick<SignalingClient, 'request'>;
  readonly #generation = signal(0);
  #hello: Hello | undefined;
  #link: Promise<Link> | undefined;

  constructor(options: { signaling: Pick<SignalingClient, 'request'> }) {
    this.#signaling = options.signaling;
  }

  /** Raised when what was watched is gone with its transport, and is to be watched anew. */
  get generation(): ReadonlySignal<number> {
    return this.#generation;
  }

  handleOnline(hello: Hello): void {
    this.#hello = hello;
    this.#reset();
  }

  /** @throws {FacewireError} when the stream transmits nothing, or there is no connection */
  async watch(stream: string): Promise<WatchedVideo> {
    this.#link ??= this.#open();
    const link = this.#link;
    link.catch(() => {
      if (this.#link === link) this.#link = undefined;
    });
    const { device, transport } = await link;
    const answer = await this.#signaling.request('consumeVideo', {
      stream,
      transportId: transport.id,
      rtpCapabilities: { ...device.recvRtpCapabilities },
    });
    const consumer = await transport.consume({
      ...answer,
      kind: 'video',
      // mediasoup and mediasoup-client define and check this shape themselves.
      rtpParameters: answer.rtpParameters as unknown as types.RtpParameters,
    });
    await this.#signaling.request('resumeVideo', { consumerId: consumer.id });
    return {
      track: consumer.track,
      stop: () => {
        if (consumer.closed) return;
        consumer.close();
        this.#signaling.request('closeVideo', { consumerId: consumer.id }).catch(() => {});
      },
    };
  }

  async #open(): Promise<Link> {
    const device = new Device();
    await device.load({ routerRtpCapabilities: this.#hello?.routerRtpCapabilities ?? {} });
    const answer = await this.#signaling.request('createTransport', { direction: 'recv' });
    const transport = device.createRecvTransport(answer as unknown as types.TransportOptions);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#signaling
        .request('connectTransport', { transportId: transport.id, dtlsParameters })
        .then(done, failed);
    });
    transport.on('connectionstatechange', (state) => {
      if (state === 'failed') this.#reset();
    });
    return { device, transport };
  }

  #reset(): void {
    void this.#link?.then(
      ({ transport }) => transport.close(),
      () => {},
    );
    this.#link = undefined;
    this.#generation.value++;
  }
}
