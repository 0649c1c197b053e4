import { type ReadonlySignal, signal } from '@preact/signals';
import { Device, type types } from 'mediasoup-client';
import { FacewireError } from '../../protocol/errors.ts';
import type { Hello, SignalingClient } from './signaling.ts';

export type WatchedVideo = { track: MediaStreamTrack; stop: () => void };

/** More at once than a usual computer decodes beside all else; the other tiles show crops. */
const VIDEOS_AT_MOST = 12;

/**
 * A frame waits for its boxes, which take a detection at the kiosk: without that they lag behind it. So long until it is
 * known how long they take, and at most so long: what a guard sees later is no longer live.
 */
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 1000;
/** The browser shows video faster or slower while the delay changes, so it is left as it is for less. */
const DELAY_STEP_MS = 40;

type Watched = { users: number; delay: number; consumer: Promise<types.Consumer> };
type Link = { device: Device; transport: types.Transport };

/**
 * The console's side of live video: one transport, made with the first stream that is watched, and one consumer
 * for each stream, however many elements show it.
 */
export class VideoWatcher {
  readonly #signaling: Pick<SignalingClient, 'request'>;
  readonly #generation = signal(0);
  #hello: Hello | undefined;
  #link: Promise<Link> | undefined;
  #watched = new Map<string, Watched>();

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

  /**
   * @param options.first whether it is shown though as many as are good for a browser are watched already
   * @throws {FacewireError} when the stream transmits nothing, there is no connection, or `full`
   */
  async watch(stream: string, { first = false } = {}): Promise<WatchedVideo> {
    let watched = this.#watched.get(stream);
    if (!watched) {
      if (this.#watched.size >= VIDEOS_AT_MOST && !first)
        throw new FacewireError('full', `${VIDEOS_AT_MOST} videos are shown already.`);
      watched = { users: 0, delay: FIRST_DELAY_MS, consumer: this.#consume(stream) };
      this.#watched.set(stream, watched);
    }
    const { consumer } = watched;
    const stop = this.#use(stream, watched);
    try {
      return { track: (await consumer).track, stop };
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** @param ms after its capture a frame of the stream's video is to be shown, so that it has its boxes by then */
  delay(stream: string, ms: number): void {
    const watched = this.#watched.get(stream);
    // Clocks that differ make it negative, which the browser refuses.
    const delay = Math.max(0, Math.min(ms, LONGEST_DELAY_MS));
    if (!watched || Math.abs(delay - watched.delay) < DELAY_STEP_MS) return;
    watched.delay = delay;
    watched.consumer.then(
      (consumer) => setDelay(consumer, delay),
      () => {},
    );
  }

  /** @returns a function that lets go; with the last one the consumer is closed */
  #use(stream: string, watched: Watched): () => void {
    watched.users++;
    let using = true;
    return () => {
      if (!using) return;
      using = false;
      if (--watched.users > 0) return;
      if (this.#watched.get(stream) === watched) this.#watched.delete(stream);
      watched.consumer.then(
        (consumer) => {
          if (consumer.closed) return;
          consumer.close();
          this.#signaling.request('closeVideo', { consumerId: consumer.id }).catch(() => {});
        },
        () => {},
      );
    };
  }

  async #consume(stream: string): Promise<types.Consumer> {
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
    setDelay(consumer, FIRST_DELAY_MS);
    await this.#signaling.request('resumeVideo', { consumerId: consumer.id });
    return consumer;
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
    this.#watched = new Map();
    this.#generation.value++;
  }
}

function setDelay({ rtpReceiver }: types.Consumer, ms: number): void {
  if (rtpReceiver) rtpReceiver.jitterBufferTarget = ms;
}
