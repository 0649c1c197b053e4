import { monotonicNow } from '../../client/net/clock.ts';
import { KioskRtc } from '../../client/net/rtc.ts';
import { type Hello, SignalingClient } from '../../client/net/signaling.ts';
import type { CropChannel } from '../../client/pipeline/uplink.ts';
import { encodeCrop } from '../../protocol/crop.ts';
import type { Label } from '../../protocol/label.ts';
import type { StageTimings } from '../../protocol/stages.ts';

/** Runs in the browser: a kiosk that sends ready-made crops over the real transport and times the labels. */

type Answer = { ms: number; stages: StageTimings };
type Sent = { at: number; done: (answer: Answer) => void };

async function drive(options: { crops: string[]; count: number; everyMs: number }): Promise<Answer[]> {
  const sent = new Map<number, Sent>();
  const onLabel = (label: Label) => {
    const crop = sent.get(label.sequence);
    sent.delete(label.sequence);
    crop?.done({ ms: performance.now() - crop.at, stages: label.stages });
  };
  const { channel, signaling, hello } = await connect(onLabel);
  const payloads = options.crops.map((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  const answers: Promise<Answer | undefined>[] = [];
  for (let sequence = 1; sequence <= options.count; sequence++) {
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    setTimeout(() => resolve(undefined), 3000);
    sent.set(sequence, { at: performance.now(), done: resolve });
    answers.push(promise);
    const payload = payloads[sequence % payloads.length] as Uint8Array;
    const captureTime = monotonicNow() + signaling.clock.offset - hello.epoch;
    channel.send(message({ sequence, payload, captureTime }));
    await new Promise((done) => setTimeout(done, options.everyMs));
  }
  return (await Promise.all(answers)).flatMap((answer) => answer ?? []);
}

function message(options: {
  sequence: number;
  payload: Uint8Array;
  captureTime: number;
}): Uint8Array<ArrayBuffer> {
  const eye = { x: 0.45, y: 0.4 };
  return encodeCrop({
    track: 1,
    sequence: options.sequence,
    captureTime: options.captureTime,
    durations: { camera: 0, detect: 0, align: 0, uplink: 0 },
    box: { x: 0.3, y: 0.2, width: 0.4, height: 0.6 },
    landmarks: Array.from({ length: 5 }, () => eye),
    interEyePx: 60,
    quality: { score: 0.9, sharpness: 0.9, brightness: 0.5, yaw: 0, pitch: 0 },
    frame: { width: 640, height: 480 },
    codec: 'jpeg',
    payload: options.payload,
  });
}

function connect(onLabel: (label: Label) => void) {
  return new Promise<{ channel: CropChannel; signaling: SignalingClient; hello: Hello }>(
    (resolve, reject) => {
      let hello: Hello | undefined;
      const signaling: SignalingClient = new SignalingClient({
        url: `${location.origin.replace('http', 'ws')}/ws`,
        client: 'kiosk',
        onStatus: (status) => {
          if (status.kind === 'online') {
            hello = status.hello;
            rtc.handleOnline(hello);
          }
          if (status.kind === 'ended') reject(new Error(status.message));
        },
      });
      const rtc = new KioskRtc({
        signaling,
        onCropChannel: (channel) => {
          if (channel && hello) resolve({ channel, signaling, hello });
        },
        onDrained: () => {},
        onLabel,
      });
      signaling.connect();
    },
  );
}

Object.assign(globalThis, { drive });
