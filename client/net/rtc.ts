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

export type RtcOptions = {
  signaling: Pick<SignalingClient, 'request' | 'status'>;
  /** The open channel for crops, or undefined while there is none. */
  onCropChannel: (channel: CropChannel | undefined) => void;
  /** The crop channel's buffer has emptied below its threshold. */
  onDrained: () => void;
  onLabel: (label: Label) => void;
  /** Told of labels that do not fit the protocol; they are ignored. */
  onMalformed?: (what: string) => void;
};

type Link = { send: types.Transport; recv: types.Transport; crops?: types.DataProducer };

/**
 * The WebRTC side of a kiosk: data channel `crops` up, data channel `labels` down, through mediasoup.
 * It follows the signalling connection, restarts ICE when a path breaks, and builds anew when that does not help.
 */
export class KioskRtc {
  readonly #options: RtcOptions;
  #link: Link | undefined;
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

  close(): void {
    this.#generation++;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
