import { Device, type types } from 'mediasoup-client';
import { CROP_CHANNEL } from '../../protocol/crop.ts';
import { LABEL_CHANNEL, type Label, labelSchema } from '../../protocol/label.ts';
import type { CropChannel } from '../pipeline/uplink.ts';
import type { Hello, SignalingClient } from './signaling.ts';

/** How long a broken path may take to come back by an ICE restart before everything is built anew. */
const REPAIR_MS = 4000;
/** `disconnected` often mends itself (a few lost packets): only then is ICE restarted. */
const GRACE_MS = 1500;
const REBUILD_PAUSE_MS = 1000;
const VIDEO_RETRY_MS = 5000;

export type RtcOptions = {
  signaling: Pick<SignalingClient, 'request' | 'status'>;
  /** The open channel for crops, or undefined while there is none. */
  onCropChannel: (channel: CropChannel | undefined) => void;
  /** The crop channel's buffer has emptied below its threshold. */
  onDrained: () => void;
  onLabel: (label: Label) => void;
  /** Whether the camera's video is transmitted. */
  onVideo?: (transmitted: boolean) => void;
  /** Told of labels that do not fit the protocol; they are ignored. */
  onMalformed?: (what: string) => void;
};

type Link = {
  send: types.Transport;
  recv: types.Transport;
  crops?: types.DataProducer;
  video?: types.Producer;
};

/** Enough to see who does what; a fraction of what the uplink of a kiosk has. */
const VIDEO = { width: 640, maxBitrate: 600_000, maxFramerate: 15 } as const;

/**
 * The WebRTC side of a kiosk: data channel `crops` up, data channel `labels` down, through mediasoup.
 * It follows the signalling connection, restarts ICE when a path breaks, and builds anew when that does not help.
 */
export class KioskRtc {
  readonly #options: RtcOptions;
  #link: Link | undefined;
  #videoTrack: MediaStreamTrack | undefined;
  /** One change after the other: a stop must not overtake the start before it. */
  #videoWork = Promise.resolve();
  /** Raised whenever an attempt to build is overtaken, so that its late result is thrown away. */
  #generation = 0;
  #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: RtcOptions) {
    this.#options = options;
  }

  /** The signalling connection is there. A resumed session keeps transports that still work. */
  handleOnline(hello: Hello): void {
    const { send, recv, crops } = this.#link ?? {};
    const works = send?.connectionState === 'connected' && recv?.connectionState === 'connected';
    if (hello.resumed && works && crops?.readyState === 'open') this.#options.onCropChannel(crops);
    else void this.#build(hello);
  }

  /**
   * Transmits the camera's video from now on, or no longer.
   * @param track of the camera; undefined when the policy forbids it or there is no camera
   */
  setVideo(track: MediaStreamTrack | undefined): void {
    if (track === this.#videoTrack) return;
    this.#videoTrack = track;
    this.#changeVideo();
  }

  #changeVideo(): void {
    this.#videoWork = this.#videoWork.then(() => this.#updateVideo());
  }

  async #updateVideo(): Promise<void> {
    const link = this.#link;
    if (!link) return;
    const track = this.#videoTrack;
    link.video?.close();
    delete link.video;
    const { signaling, onVideo } = this.#options;
    onVideo?.(false);
    try {
      if (!track) {
        await signaling.request('stopVideo', {});
        return;
      }
      // A clone of its own: closing the producer stops it, and the pipeline goes on with the camera's.
      const video = await link.send.produce({ track: track.clone(), encodings: [encodingOf(track)] });
      if (track === this.#videoTrack && link === this.#link) {
        link.video = video;
        onVideo?.(true);
      } else video.close();
    } catch {
      // Refused, or the path broke: without video the kiosk does all else.
      this.#later(VIDEO_RETRY_MS, () => {
        if (this.#videoTrack && !this.#link?.video) this.#changeVideo();
      });
    }
  }

  close(): void {
    this.#generation++;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    if (this.#link?.video) this.#options.onVideo?.(false);
    this.#link?.send.close();
    this.#link?.recv.close();
    this.#link = undefined;
    this.#options.onCropChannel(undefined);
  }

  async #build(hello: Hello): Promise<void> {
    this.close();
    const generation = this.#generation;
    try {
      const device = new Device();
      await device.load({ routerRtpCapabilities: hello.routerRtpCapabilities });
      const [send, recv] = await Promise.all([
        this.#transport(device, 'send', hello),
        this.#transport(device, 'recv', hello),
      ]);
      if (generation !== this.#generation) {
        send.close();
        recv.close();
        return;
      }
      const link: Link = { send, recv };
      this.#link = link;
      // Labels first: no answer can then arrive before there is an ear for it.
      await this.#consumeLabels(recv);
      link.crops = await this.#produceCrops(send, generation);
      if (this.#videoTrack) this.#changeVideo();
    } catch {
      if (generation === this.#generation) this.#rebuildSoon(hello);
    }
  }

  async #transport(device: Device, direction: 'send' | 'recv', hello: Hello): Promise<types.Transport> {
    const { signaling } = this.#options;
    const answer = await signaling.request('createTransport', { direction });
    // mediasoup and mediasoup-client define and check these shapes themselves.
    const options = answer as unknown as types.TransportOptions;
    const transport =
      direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      signaling.request('connectTransport', { transportId: transport.id, dtlsParameters }).then(done, failed);
    });
    transport.on('produce', ({ rtpParameters }, done, failed) => {
      signaling
        .request('produceVideo', { transportId: transport.id, rtpParameters: { ...rtpParameters } })
        .then(done, failed);
    });
    transport.on('producedata', ({ sctpStreamParameters }, done, failed) => {
      signaling
        .request('produceData', {
          transportId: transport.id,
          label: CROP_CHANNEL,
          sctpStreamParameters: { ...sctpStreamParameters },
        })
        .then(done, failed);
    });
    transport.on('connectionstatechange', (state) => {
      if (state === 'failed') void this.#repair(transport, hello);
      else if (state === 'disconnected') {
        this.#later(GRACE_MS, () => {
          if (transport.connectionState === 'disconnected') void this.#repair(transport, hello);
        });
      }
    });
    return transport;
  }

  async #produceCrops(send: types.Transport, generation: number): Promise<types.DataProducer> {
    const { onCropChannel, onDrained } = this.#options;
    const crops = await send.produceData({ label: CROP_CHANNEL, ordered: false, maxRetransmits: 0 });
    const opened = () => {
      if (generation === this.#generation) onCropChannel(crops);
    };
    const ended = () => {
      if (generation === this.#generation) onCropChannel(undefined);
    };
    crops.on('open', opened);
    crops.on('close', ended);
    crops.on('transportclose', ended);
    crops.on('bufferedamountlow', onDrained);
    if (crops.readyState === 'open') opened();
    return crops;
  }

  async #consumeLabels(recv: types.Transport): Promise<void> {
    const { signaling, onLabel, onMalformed } = this.#options;
    const answer = await signaling.request('consumeData', { transportId: recv.id, label: LABEL_CHANNEL });
    const labels = await recv.consumeData({
      ...answer,
      sctpStreamParameters: answer.sctpStreamParameters,
    });
    const decoder = new TextDecoder();
    labels.on('message', (data: unknown) => {
      const text = data instanceof ArrayBuffer ? decoder.decode(data) : String(data);
      const label = labelSchema.safeParse(parseJson(text));
      if (label.success) onLabel(label.data);
      else onMalformed?.('label');
    });
  }

  async #repair(transport: types.Transport, hello: Hello): Promise<void> {
    const generation = this.#generation;
    // Without signalling nothing can be repaired; `handleOnline` comes once it is back.
    if (this.#options.signaling.status.kind !== 'online') return;
    try {
      const { iceParameters } = await this.#options.signaling.request('restartIce', {
        transportId: transport.id,
      });
      await transport.restartIce({ iceParameters: iceParameters as unknown as types.IceParameters });
      if (generation !== this.#generation) return;
      this.#later(REPAIR_MS, () => {
        if (transport.connectionState !== 'connected') void this.#build(hello);
      });
    } catch {
      if (generation === this.#generation) this.#rebuildSoon(hello);
    }
  }

  #rebuildSoon(hello: Hello): void {
    this.#later(REBUILD_PAUSE_MS, () => {
      if (this.#options.signaling.status.kind === 'online') void this.#build(hello);
    });
  }

  /** Like setTimeout, but void once this generation is over. */
  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}

function encodingOf(track: MediaStreamTrack): RTCRtpEncodingParameters {
  const { width = VIDEO.width } = track.getSettings();
  return {
    maxBitrate: VIDEO.maxBitrate,
    maxFramerate: VIDEO.maxFramerate,
    scaleResolutionDownBy: Math.max(1, width / VIDEO.width),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
