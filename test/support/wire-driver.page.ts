import { monotonicNow } from '../../client/net/clock.ts';
import { KioskRtc } from '../../client/net/rtc.ts';
import { type Hello, SignalingClient } from '../../client/net/signaling.ts';
import type { CropChannel } from '../../client/pipeline/uplink.ts';
import { type Crop, encodeCrop } from '../../protocol/crop.ts';
import type { WireError } from '../../protocol/errors.ts';
import type { Label } from '../../protocol/label.ts';

/**
 * Runs in a browser: a kiosk without a camera, that sends over the real transport whatever a test or a
 * bench gives it. See wire-driver.ts for the other half.
 */

export type Timed = { ms: number; label: Label };
export type Wire = {
  /** Sends the crops one after the other and gives those that were answered within three seconds. */
  sendCrops(options: { jpegs: string[]; count: number; everyMs: number; track?: number }): Promise<Timed[]>;
  /** Sends bytes as they are; base64. */
  sendRaw(messages: string[]): void;
  /** A well-formed message; base64. */
  encode(options: { jpeg: string; sequence: number; track: number; ageMs?: number }): string;
  errors: WireError[];
  labels: Label[];
  /** Set once the server has said that it is over. */
  ended: string | undefined;
};

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

async function connectWire(): Promise<Wire> {
  const waiting = new Map<number, (label: Label) => void>();
  const errors: WireError[] = [];
  const labels: Label[] = [];
  const end: { reason: string | undefined } = { reason: undefined };
  const { channel, signaling, hello } = await connect({
    onLabel: (label) => {
      labels.push(label);
      waiting.get(label.sequence)?.(label);
    },
    onError: (error) => errors.push(error),
    onEnd: (reason) => {
      end.reason = reason;
    },
  });
  const captureTime = () => monotonicNow() + signaling.clock.offset - hello.epoch;
  let sequence = 0;
  return {
    errors,
    labels,
    get ended() {
      return end.reason;
    },
    async sendCrops({ jpegs, count, everyMs, track = 1 }) {
      const payloads = jpegs.map(fromBase64);
      const answers: Promise<Timed | undefined>[] = [];
      for (let i = 0; i < count; i++) {
        const mine = ++sequence;
        const sentAt = performance.now();
        answers.push(
          new Promise((resolve) => {
            setTimeout(() => resolve(undefined), 3000);
            waiting.set(mine, (label) => resolve({ ms: performance.now() - sentAt, label }));
          }),
        );
        const payload = payloads[i % payloads.length] as Uint8Array;
        channel.send(message({ sequence: mine, track, payload, captureTime: captureTime() }));
        await new Promise((done) => setTimeout(done, everyMs));
      }
      return (await Promise.all(answers)).flatMap((answer) => answer ?? []);
    },
    sendRaw(messages) {
      for (const text of messages) channel.send(fromBase64(text));
    },
    encode({ jpeg, ageMs = 0, ...ids }) {
      const bytes = message({ ...ids, payload: fromBase64(jpeg), captureTime: captureTime() - ageMs });
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    },
  };
}

function message(
  options: Pick<Crop, 'sequence' | 'track' | 'payload' | 'captureTime'>,
): Uint8Array<ArrayBuffer> {
  return encodeCrop({
    ...options,
    durations: { camera: 0, detect: 0, align: 0, uplink: 0 },
    box: { x: 0.3, y: 0.2, width: 0.4, height: 0.6 },
    landmarks: Array.from({ length: 5 }, () => ({ x: 0.45, y: 0.4 })),
    interEyePx: 60,
    quality: { score: 0.9, sharpness: 0.9, brightness: 0.5, yaw: 0, pitch: 0 },
    frame: { width: 640, height: 480 },
    codec: 'jpeg',
  });
}

function connect(on: {
  onLabel: (label: Label) => void;
  onError: (error: WireError) => void;
  onEnd: (reason: string) => void;
}) {
  return new Promise<{ channel: CropChannel; signaling: SignalingClient; hello: Hello }>(
    (resolve, reject) => {
      let hello: Hello | undefined;
      const signaling: SignalingClient = new SignalingClient({
        url: `${location.origin.replace('http', 'ws')}/ws`,
        client: 'kiosk',
        on: { error: on.onError },
        onStatus: (status) => {
          if (status.kind === 'online') {
            hello = status.hello;
            rtc.handleOnline(hello);
          }
          if (status.kind === 'ended') {
            on.onEnd(status.reason);
            reject(new Error(status.message));
          }
        },
      });
      const rtc = new KioskRtc({
        signaling,
        onCropChannel: (channel) => {
          if (channel && hello) resolve({ channel, signaling, hello });
        },
        onDrained: () => {},
        onLabel: on.onLabel,
      });
      signaling.connect();
    },
  );
}

Object.assign(globalThis, { connectWire });
