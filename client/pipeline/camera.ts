import { monotonicNow } from '../net/clock.ts';

/** Why there is no picture. */
export const CAMERA_PROBLEMS = ['insecure-context', 'denied', 'none', 'busy', 'lost', 'failed'] as const;
export type CameraProblem = (typeof CAMERA_PROBLEMS)[number];

export type CameraChoice = { id: string; name: string };
export type CameraStatus =
  | { kind: 'off' }
  | { kind: 'asking' }
  | { kind: 'live'; stream: MediaStream; id: string; mirrored: boolean; choices: CameraChoice[] }
  | { kind: 'failed'; problem: CameraProblem };

/** A camera that another program holds, or that was pulled out, may come back by itself. */
const RETRY_MS = 4000;
const WORTH_RETRYING: readonly CameraProblem[] = ['none', 'busy', 'lost', 'failed'];

/** The camera of this device: asks for it, follows it when it goes and comes back, and offers the choice. */
export class Camera {
  readonly #onStatus: (status: CameraStatus) => void;
  /** Undefined where the page has no right to cameras: plain http on another host than localhost. */
  readonly #devices: MediaDevices | undefined;
  #stream: MediaStream | undefined;
  #wanted: string | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { onStatus: (status: CameraStatus) => void; devices: MediaDevices | undefined }) {
    this.#onStatus = options.onStatus;
    this.#devices = options.devices;
    this.#devices?.addEventListener('devicechange', () => void this.#handleDeviceChange());
  }

  /** @param id of the camera to use from now on; without one, the one of last time or the front camera */
  async start(id?: string): Promise<void> {
    this.#wanted = id ?? this.#wanted;
    this.#release();
    if (!this.#devices?.getUserMedia) {
      this.#onStatus({ kind: 'failed', problem: 'insecure-context' });
      return;
    }
    const attempt = ++this.#attempt;
    this.#onStatus({ kind: 'asking' });
    try {
      const stream = await this.#devices.getUserMedia({ audio: false, video: constraints(this.#wanted) });
      const choices = await this.#choices();
      if (attempt === this.#attempt) this.#use(stream, choices);
      else stop(stream);
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(problemOf(error));
    }
  }

  /** Lets the camera go, its light included, until the next `start`. */
  stop(): void {
    this.#attempt++;
    this.#release();
    this.#onStatus({ kind: 'off' });
  }

  #use(stream: MediaStream, choices: CameraChoice[]): void {
    const track = stream.getVideoTracks()[0];
    if (!track) {
      this.#fail('none');
      return;
    }
    this.#stream = stream;
    track.addEventListener('ended', () => {
      if (this.#stream === stream) this.#fail('lost');
    });
    const { deviceId = '', facingMode } = track.getSettings();
    this.#onStatus({ kind: 'live', stream, id: deviceId, mirrored: facingMode !== 'environment', choices });
  }

  #fail(problem: CameraProblem): void {
    this.#release();
    this.#onStatus({ kind: 'failed', problem });
    if (WORTH_RETRYING.includes(problem)) this.#retry = setTimeout(() => void this.#startQuietly(), RETRY_MS);
  }

  /** Tries again only when there is a camera, so that the page does not flicker between two sentences. */
  async #startQuietly(): Promise<void> {
    const choices = await this.#choices();
    if (this.#stream) return;
    if (choices.length > 0) await this.start();
    else this.#retry = setTimeout(() => void this.#startQuietly(), RETRY_MS);
  }

  readonly #handleDeviceChange = async () => {
    const stream = this.#stream;
    const choices = await this.#choices();
    if (stream && stream === this.#stream) this.#use(stream, choices);
  };

  async #choices(): Promise<CameraChoice[]> {
    const devices = (await this.#devices?.enumerateDevices().catch(() => [])) ?? [];
    return devices
      .filter(({ kind }) => kind === 'videoinput')
      .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  }

  #release(): void {
    clearTimeout(this.#retry);
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream) stop(stream);
  }
}

/**
 * Calls back for each new frame of a video with the time of its capture, as well as the browser knows it.
 * @returns a function that ends it
 */
export function watchFrames(options: {
  video: HTMLVideoElement;
  /** @param capturedAt ms of `monotonicNow` */
  onFrame: (capturedAt: number) => void;
}): () => void {
  const { video, onFrame } = options;
  let over = false;
  let last: number | undefined;
  const next = () => {
    if (over) return;
    if ('requestVideoFrameCallback' in video) {
      video.requestVideoFrameCallback((_, { captureTime, presentedFrames }) => {
        const now = monotonicNow();
        const captured = captureTime === undefined ? now : performance.timeOrigin + captureTime;
        // Some drivers give times of another clock: believed only within the last second.
        // A camera that stopped leaves its last frame, which is painted again whenever the page around it is.
        if (presentedFrames !== last) onFrame(captured <= now && captured > now - 1000 ? captured : now);
        last = presentedFrames;
        next();
      });
    } else {
      requestAnimationFrame(() => {
        onFrame(monotonicNow());
        next();
      });
    }
  };
  next();
  return () => {
    over = true;
  };
}

function constraints(id: string | undefined): MediaTrackConstraints {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  return id ? { ...size, deviceId: { ideal: id } } : { ...size, facingMode: 'user' };
}

/** Names of the exceptions of `getUserMedia` (W3C Media Capture and Streams). */
function problemOf(error: unknown): CameraProblem {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
