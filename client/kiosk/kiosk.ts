import { type ReadonlySignal, signal } from '@preact/signals';
import type { Label } from '../../protocol/label.ts';
import { SIGNALING_PATH } from '../../protocol/signaling.ts';
import { monotonicNow } from '../net/clock.ts';
import { type Login, login } from '../net/login.ts';
import { waitForPairing } from '../net/pairing.ts';
import { KioskRtc } from '../net/rtc.ts';
import { SignalingClient, type SignalingStatus } from '../net/signaling.ts';
import { BACKENDS } from '../pipeline/backend.ts';
import { Camera } from '../pipeline/camera.ts';
import type { FrameResult } from '../pipeline/frame-processor.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { Uplink } from '../pipeline/uplink.ts';
import { FrameWatch } from './frame-watch.ts';
import { INITIAL_STATE, type KioskAction, type KioskState, reduce } from './kiosk.state.ts';
import { Learning } from './learning/learning.ts';
import { keepPulse } from './pulse.ts';

/** After each frame the device rests for this share of the time that the frame took: it has other work too. */
const REST_SHARE = 0.5;
const LOGIN_RETRY_MS = 4000;

/** The running kiosk: wires camera, pipeline and connection, and folds what they tell into one state. */
export class Kiosk {
  readonly #state = signal<KioskState>(INITIAL_STATE);
  readonly #camera = new Camera({
    devices: navigator.mediaDevices,
    onStatus: (camera) => {
      this.#dispatch({ type: 'camera', camera });
      this.#expectFirstFrame();
    },
  });
  readonly #pipeline = new Pipeline({
    storage: localStorage,
    onProgress: (loaded, total) =>
      this.#dispatch({ type: 'models', models: { kind: 'loading', loaded, total } }),
    onReady: (backend) => {
      this.#dispatch({ type: 'models', models: { kind: 'ready', backend } });
      this.#expectFirstFrame();
    },
    onFailed: ({ message }) => this.#dispatch({ type: 'models', models: { kind: 'failed', message } }),
    onResult: (result) => this.#handleResult(result),
  });
  readonly #signaling = new SignalingClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${SIGNALING_PATH}`,
    client: 'kiosk',
    onStatus: (status) => this.#handleStatus(status),
    on: {
      kiosk: (identity) => this.#dispatch({ type: 'identity', identity }),
      sighted: (sighted) => this.#learning.handleSighted(sighted),
      learnableChanged: () => void this.#learning.handleChanged(),
    },
  });
  readonly #uplink = new Uplink({
    now: monotonicNow,
    toSessionTime: (ms) => ms + this.#signaling.clock.offset - this.#epoch,
  });
  readonly #rtc = new KioskRtc({
    signaling: this.#signaling,
    onCropChannel: (channel) => {
      this.#uplink.handleChannel(channel);
      // What was sent before may be lost: every face is sent as if it were new.
      if (channel) this.#pipeline.handleNewSession();
      this.#dispatch({
        type: 'link',
        link: channel ? { kind: 'online' } : this.#linkOf(this.#signaling.status),
      });
    },
    onDrained: () => this.#uplink.handleDrained(),
    onVideo: (onAir) => this.#dispatch({ type: 'onAir', onAir }),
    onLabel: (label) => this.#handleLabel(label),
  });
  readonly #learning = new Learning({
    ask: (sightings) => this.#signaling.request('learnable', { sightings }),
    circumstances: () => {
      const { link, faces, frames } = this.#state.value;
      return {
        online: link.kind === 'online',
        running: frames === 'running',
        faces: faces.length,
        quietMs: monotonicNow() - this.#lastFaceAt,
      };
    },
    // Graphics that are not worth detecting with are only emulated.
    backends: () => {
      const { models } = this.#state.value;
      return models.kind === 'ready' && models.backend !== 'wasm' ? BACKENDS : ['wasm'];
    },
    onView: (learning) => this.#dispatch({ type: 'learning', learning }),
    now: monotonicNow,
  });
  readonly #watch = new FrameWatch({ onStalled: () => this.#dispatch({ type: 'stalled' }) });
  #epoch = 0;
  #lastFaceAt = 0;
  #loggedIn = false;
  #pairing: AbortController | undefined;
  #loginRetry: ReturnType<typeof setTimeout> | undefined;
  #grabbing = false;
  #restUntil = 0;

  get state(): ReadonlySignal<KioskState> {
    return this.#state;
  }

  start(): void {
    void this.#logIn();
    this.#pipeline.start();
    keepPulse({
      state: this.#state,
      send: (state) => {
        if (this.#signaling.status.kind === 'online')
          void this.#signaling.request('pipeline', { state }).catch(() => {});
      },
    });
  }

  /** @param id of a camera; without one, the same as before is tried again */
  useCamera(id?: string): void {
    void this.#camera.start(id);
  }

  /** The person at the kiosk decides whether it learns now. */
  pauseLearning(paused: boolean): void {
    this.#learning.pause(paused);
  }

  /** Connects now rather than at the end of the countdown; also takes a kiosk over from another window. */
  reconnect(): void {
    if (this.#loggedIn) this.#signaling.connect();
    else void this.#logIn();
  }

  /** A frame is on the screen. It is taken only when the pipeline can have it at once. */
  readonly handleFrame = (video: HTMLVideoElement, capturedAt: number): void => {
    this.#watch.handleFrame();
    if (this.#grabbing || !this.#pipeline.idle || performance.now() < this.#restUntil) return;
    void this.#grab(video, capturedAt);
  };

  async #grab(video: HTMLVideoElement, capturedAt: number): Promise<void> {
    this.#grabbing = true;
    try {
      this.#pipeline.process(await createImageBitmap(video), capturedAt);
    } catch {
      // The video has no picture yet, or none any more.
    } finally {
      this.#grabbing = false;
    }
  }

  #handleResult(result: FrameResult): void {
    const { frame, faces, ended, crops, durations } = result;
    this.#restUntil = performance.now() + REST_SHARE * (durations.detect + durations.align);
    for (const track of ended) this.#endTrack(track);
    if (this.#watch.cameraStalled) return;
    this.#watch.handleAnswer();
    this.#dispatch({ type: 'frame', now: monotonicNow(), frame, faces, ended });
    if (faces.length > 0) this.#lastFaceAt = monotonicNow();
    for (const crop of crops) {
      this.#learning.offer(crop);
      this.#uplink.offer(crop);
    }
    if (this.#state.value.onAir) this.#tellBoxes(result);
  }

  #expectFirstFrame(): void {
    // The list of cameras may change while the one in use goes on.
    if (this.#state.value.frames === 'none-yet') this.#watch.expectFirst();
  }

  /** With each frame, so that boxes over the video follow the faces between two crops. */
  #tellBoxes({ faces, capturedAt }: FrameResult): void {
    if (this.#signaling.status.kind !== 'online') return;
    const captureTime = capturedAt + this.#signaling.clock.offset - this.#epoch;
    const boxes = faces.slice(0, 64).map(({ track, box }) => ({ track, box }));
    void this.#signaling.request('boxes', { captureTime, boxes }).catch(() => {});
  }

  /** The policy decides, as the server last told it; the server enforces it all the same. */
  #updateVideo(): void {
    const { identity, camera } = this.#state.value;
    const allowed = identity?.policy.video && camera.kind === 'live';
    this.#rtc.setVideo(allowed ? camera.stream.getVideoTracks()[0] : undefined);
  }

  #endTrack(track: number): void {
    this.#uplink.handleTrackEnded(track);
    this.#learning.handleTrackEnded(track);
    // Without a connection there is nobody to tell: the server ends every track of a stream that goes.
    if (this.#signaling.status.kind === 'online')
      void this.#signaling.request('trackEnded', { track }).catch(() => {});
  }

  #handleLabel(label: Label): void {
    const capturedAt = this.#uplink.capturedAt(label.sequence);
    if (capturedAt === undefined) return;
    this.#pipeline.handleLabel({ track: label.track, identified: label.state === 'identified' });
    const now = monotonicNow();
    this.#dispatch({ type: 'label', label, latency: now - capturedAt, now });
  }

  #handleStatus(status: SignalingStatus): void {
    if (status.kind === 'online') {
      this.#epoch = status.hello.epoch;
      if (this.#state.value.camera.kind === 'off') void this.#camera.start();
      this.#rtc.handleOnline(status.hello);
      const identity = status.hello.kiosk;
      if (identity) this.#dispatch({ type: 'identity', identity });
      void this.#learning.handleChanged();
      return;
    }
    this.#dispatch({ type: 'link', link: this.#linkOf(status) });
    // A resumed session finds its data channels as they were, so they outlive a short gap in signalling.
    if (status.kind === 'ended') {
      this.#rtc.close();
      this.#camera.stop();
      if (status.reason === 'unauthenticated') void this.#pair();
    }
  }

  #linkOf(status: SignalingStatus): KioskState['link'] {
    switch (status.kind) {
      case 'offline':
        return {
          kind: 'offline',
          retryAt: status.retryAt,
          ...(status.error ? { message: status.error.message } : {}),
        };
      case 'ended':
        return { kind: 'ended', reason: status.reason, message: status.message };
      default:
        return { kind: 'connecting' };
    }
  }

  async #logIn(): Promise<void> {
    clearTimeout(this.#loginRetry);
    const outcome: Login = await login({ client: 'kiosk', location, history, fetch: fetch.bind(globalThis) });
    if (outcome.kind === 'session') {
      this.#loggedIn = true;
      this.#signaling.connect();
    } else if (outcome.kind === 'failed') {
      const message = outcome.message ? { message: outcome.message } : {};
      this.#dispatch({
        type: 'link',
        link: outcome.retryable
          ? { kind: 'offline', retryAt: monotonicNow() + LOGIN_RETRY_MS, ...message }
          : { kind: 'ended', reason: 'internal', message: outcome.message ?? '' },
      });
      if (outcome.retryable) this.#loginRetry = setTimeout(() => void this.#logIn(), LOGIN_RETRY_MS);
    } else {
      this.#dispatch({ type: 'link', link: outcome });
      void this.#pair();
    }
  }

  /** Shows a code until somebody has typed it, and goes on as the kiosk that it has become. */
  async #pair(): Promise<void> {
    this.#pairing?.abort();
    const pairing = new AbortController();
    this.#pairing = pairing;
    const paired = await waitForPairing({
      fetch: fetch.bind(globalThis),
      onCode: (shown) => this.#dispatch({ type: 'pairing', code: shown?.code }),
      signal: pairing.signal,
    });
    if (!paired) return;
    this.#loggedIn = true;
    this.#signaling.connect();
  }

  #dispatch(action: KioskAction): void {
    this.#state.value = reduce(this.#state.value, action);
    if (action.type === 'identity') this.#learning.allow(action.identity.policy.training);
    if (action.type === 'camera' || action.type === 'identity') this.#updateVideo();
  }
}
