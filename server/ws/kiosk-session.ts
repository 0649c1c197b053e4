import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { types } from 'mediasoup';
import { FacewireError } from '../../protocol/errors.ts';
import type { Sighting, StreamLabel } from '../../protocol/events.ts';
import type { KioskIdentity } from '../../protocol/kiosks.ts';
import type { NotificationData } from '../../protocol/signaling.ts';
import { createIntake, type Intake } from '../ingest/intake.ts';
import type { Erasures } from '../labels/erasures.ts';
import { Labeller } from '../labels/labeller.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { CropQueue } from '../queue/crop-queue.ts';
import type { MediaPeer } from '../sfu/media-peer.ts';
import type { Sfu } from '../sfu/sfu.ts';
import type { StreamHub } from '../streams/stream-hub.ts';
import type { LearnableReader } from '../students/learnable.ts';
import type { Connection, Handlers } from './connection.ts';
import { Pulse } from './pulse.ts';
import { checked, describeTransport } from './transports.ts';

const ERROR_INTERVAL_MS = 1000;

export type KioskSessionDependencies = {
  sfu: Sfu;
  queue: CropQueue;
  hub: StreamHub;
  learnable: LearnableReader;
  erasures: Erasures;
  metrics: Metrics;
  cropsPerSecond: number;
  deadlineMs: number;
  now: () => number;
};

/**
 * One kiosk's session: its transports, the intake of its crops, the labels back. It outlives a dropped
 * socket for a while, so that a page which resumes goes on with the same transports.
 */
export class KioskSession {
  readonly id = randomUUID();
  readonly resumeToken = randomBytes(16).toString('base64url');
  #kiosk: KioskIdentity;
  readonly epoch: number;
  readonly #media: MediaPeer;
  readonly #intake: Intake;
  readonly #labeller: Labeller;
  readonly #pulse: Pulse;
  readonly #onEnded: () => void;
  readonly #hub: StreamHub;
  /** How often a socket has dropped: tells one absence from the next. */
  detachments = 0;
  #connection: Connection | undefined;
  #lastErrorAt = 0;
  #ended = false;

  constructor(
    options: { kiosk: KioskIdentity; connection: Connection; onEnded: () => void } & KioskSessionDependencies,
  ) {
    const { sfu, queue, hub, metrics, now } = options;
    this.#kiosk = options.kiosk;
    this.#connection = options.connection;
    this.#onEnded = options.onEnded;
    this.#hub = hub;
    this.epoch = now();
    this.#media = sfu.createPeer({
      onCrop: (bytes) => this.#intake.handle(bytes),
      // Only a dying media worker closes them from below; the page begins a new session.
      onClosed: () =>
        this.end('shutting-down', 'The media server is being restarted; connecting again helps.'),
    });
    this.#labeller = new Labeller({
      stream: options.kiosk.id,
      trackOffset: randomInt(0x1_0000_0000),
      epoch: this.epoch,
      queue,
      hub,
      erasures: options.erasures,
      metrics,
      now,
      send: (label) => this.#media.sendLabel(label),
    });
    this.#pulse = new Pulse({ onState: (state) => hub.setPipeline(options.kiosk.id, state) });
    this.#intake = createIntake({
      epoch: this.epoch,
      cropsPerSecond: options.cropsPerSecond,
      deadlineMs: options.deadlineMs,
      metrics,
      now,
      recognise: (crop) => this.#labeller.recognise(crop),
      onOffence: (problem, fatal) => this.#offended(problem, fatal, now()),
    });
    hub.on('sighting', this.#sighted);
    hub.on('sightingChanged', this.#sightingChanged);
    hub.on('snapshot', this.#learnableChanged);
    this.handlers = {
      ping: () => ({ serverTime: now() }),
      trackEnded: ({ track }) => {
        this.#labeller.endTrack(track);
        return {};
      },
      produceVideo: async ({ transportId, rtpParameters }) => {
        this.#requireVideoPolicy();
        const id = await checked(
          this.#media.produceVideo(transportId, rtpParameters as unknown as types.RtpParameters),
        );
        // The policy may have changed meanwhile.
        if (!this.#kiosk.policy.video) this.#media.stopVideo();
        this.#requireVideoPolicy();
        hub.setVideo(options.kiosk.id, true);
        // However it ends – stopped, replaced, its transport gone – consoles let go of it.
        this.video?.observer.once('close', () => hub.setVideo(options.kiosk.id, this.video !== undefined));
        return { id };
      },
      stopVideo: () => {
        this.#stopVideo();
        return {};
      },
      boxes: ({ captureTime, boxes }) => {
        if (!this.#media.video) return {};
        hub.boxes({
          stream: options.kiosk.id,
          capturedAt: this.epoch + captureTime,
          boxes: boxes.map(({ track, box }) => ({ track: this.#labeller.outside(track), box })),
        });
        return {};
      },
      learnable: ({ sightings }) => {
        if (!this.#kiosk.policy.training) {
          throw new FacewireError(
            'forbidden',
            'This kiosk’s browser may not learn. An admin allows it on the Admin page, or by PATCH /kiosks/{id}.',
          );
        }
        return options.learnable(options.kiosk.id, sightings);
      },
      pipeline: ({ state }) => {
        this.#pulse.handle(state);
        return {};
      },
      createTransport: async ({ direction }) =>
        describeTransport(await this.#media.createTransport(direction)),
      connectTransport: async ({ transportId, dtlsParameters }) => {
        await checked(this.#media.connectTransport(transportId, dtlsParameters as types.DtlsParameters));
        return {};
      },
      restartIce: async ({ transportId }) => ({ iceParameters: await this.#media.restartIce(transportId) }),
      produceData: async ({ transportId, sctpStreamParameters }) => ({
        id: await checked(
          this.#media.produceCrops(transportId, sctpStreamParameters as types.SctpStreamParameters),
        ),
      }),
      consumeData: async ({ transportId }) => {
        const consumer = await checked(this.#media.consumeLabels(transportId));
        const { id, dataProducerId, label, protocol } = consumer;
        return {
          id,
          dataProducerId,
          label,
          protocol,
          sctpStreamParameters: { ...consumer.sctpStreamParameters },
        };
      },
    };
  }

  readonly handlers: Handlers;

  get kiosk(): KioskIdentity {
    return this.#kiosk;
  }

  /** It was renamed, moved, or its policy changed: the page is told. */
  change(kiosk: KioskIdentity): void {
    this.#kiosk = kiosk;
    if (!kiosk.policy.video) this.#stopVideo();
    this.#connection?.notify('kiosk', kiosk);
  }

  /** Its video, while it is transmitted. */
  get video(): types.Producer | undefined {
    return this.#media.video;
  }

  get attached(): boolean {
    return this.#connection !== undefined;
  }

  attach(connection: Connection): void {
    if (this.#connection !== connection) this.#connection?.close('bye');
    this.#connection = connection;
  }

  /** The socket dropped; crops and labels go on over the transports. @returns false when another socket took over */
  detach(connection: Connection): boolean {
    if (this.#connection !== connection) return false;
    this.#connection = undefined;
    this.#pulse.stop();
    this.detachments += 1;
    return true;
  }

  /** @param track its id outside the session */
  correct(track: number, answer: Parameters<Labeller['correct']>[1]): void {
    this.#labeller.correct(track, answer);
  }

  forgetPerson(personId: string): void {
    this.#labeller.forget(personId);
  }

  end(reason: NotificationData<'bye'>['reason'], message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#hub.off('sighting', this.#sighted);
    this.#hub.off('sightingChanged', this.#sightingChanged);
    this.#hub.off('snapshot', this.#learnableChanged);
    this.#pulse.stop();
    this.#intake.close();
    this.#labeller.close();
    this.#media.close();
    this.#connection?.bye(reason, message);
    this.#connection = undefined;
    this.#onEnded();
  }

  /** A browser that learns keeps its crops by the sighting that they belong to. */
  readonly #sighted = (sighting: Sighting, { track }: StreamLabel): void => {
    if (sighting.stream !== this.#kiosk.id || !this.#kiosk.policy.training) return;
    this.#connection?.notify('sighted', { track: this.#labeller.inside(track), sighting: sighting.id });
  };

  readonly #sightingChanged = ({ stream }: Sighting): void => {
    if (stream === this.#kiosk.id) this.#learnableChanged();
  };

  /** An operator answered, or people or sightings were erased or merged: what the browser holds may be wrong. */
  readonly #learnableChanged = (): void => {
    if (this.#kiosk.policy.training) this.#connection?.notify('learnableChanged', {});
  };

  #requireVideoPolicy(): void {
    if (this.#kiosk.policy.video) return;
    throw new FacewireError(
      'forbidden',
      'This kiosk may not transmit video. An admin allows it on the Admin page, or by PATCH /kiosks/{id}.',
    );
  }

  #stopVideo(): void {
    this.#media.stopVideo();
    this.#hub.setVideo(this.#kiosk.id, false);
  }

  #offended(problem: string, fatal: boolean, at: number): void {
    if (fatal) {
      this.end('misbehaving', `Cut off after too many malformed crop messages. The last: ${problem}`);
    } else if (at - this.#lastErrorAt > ERROR_INTERVAL_MS) {
      this.#lastErrorAt = at;
      this.#connection?.notify('error', new FacewireError('bad-crop', problem).toWire());
    }
  }
}
