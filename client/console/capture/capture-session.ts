import { type ReadonlySignal, signal } from '@preact/signals';
import { monotonicNow } from '../../net/clock.ts';
import { Camera, type CameraStatus } from '../../pipeline/camera.ts';
import type { FrameResult } from '../../pipeline/frame-processor.ts';
import { Pipeline } from '../../pipeline/pipeline.ts';

const JPEG_QUALITY = 0.93;
/** The page has other work too: after each frame it rests for this share of the time that the frame took. */
const REST_SHARE = 0.3;

export type ModelsStatus =
  | { kind: 'loading'; loaded: number; total: number }
  | { kind: 'ready' }
  /** Photos can still be taken by hand. */
  | { kind: 'failed' };

/** Part of a frame, in fractions of it. */
export type Area = { x: number; y: number; width: number; height: number };

/** A frame that was looked at; `picture` gives it, or a part of it, while the next one has not come. */
export type Seen = FrameResult & { picture(area?: Area): Promise<Blob> };

/**
 * Camera and detection of the console, by the same pipeline as the kiosk's. Opened when it is wanted, since the
 * detector is megabytes.
 */
export class CaptureSession {
  readonly #camera = signal<CameraStatus>({ kind: 'off' });
  readonly #models = signal<ModelsStatus>({ kind: 'loading', loaded: 0, total: 0 });
  readonly #source = new Camera({
    devices: navigator.mediaDevices,
    onStatus: (status) => {
      this.#camera.value = status;
    },
  });
  readonly #pipeline = new Pipeline({
    storage: localStorage,
    onProgress: (loaded, total) => {
      this.#models.value = { kind: 'loading', loaded, total };
    },
    onReady: () => {
      this.#models.value = { kind: 'ready' };
    },
    onFailed: () => {
      this.#models.value = { kind: 'failed' };
    },
    onResult: (result) => this.#handleResult(result),
  });
  /** Who is told of each frame that was looked at: the view that is open. */
  onSeen: ((seen: Seen) => void) | undefined;
  #frame: ImageBitmap | undefined;
  #grabbing = false;
  #restUntil = 0;

  get camera(): ReadonlySignal<CameraStatus> {
    return this.#camera;
  }

  get models(): ReadonlySignal<ModelsStatus> {
    return this.#models;
  }

  /** @param options.detect whether frames are looked at, which takes the detector */
  start({ detect }: { detect: boolean }): void {
    if (detect) this.#pipeline.start();
    void this.#source.start();
  }

  /** @param id of a camera; without one, the same as before is tried again */
  useCamera(id?: string): void {
    void this.#source.start(id);
  }

  /** A frame is on the screen. It is taken only when the pipeline can have it at once. */
  readonly handleFrame = async (video: HTMLVideoElement, capturedAt: number): Promise<void> => {
    if (this.#grabbing || !this.#pipeline.idle || performance.now() < this.#restUntil) return;
    this.#grabbing = true;
    try {
      const image = await createImageBitmap(video);
      // The pipeline keeps what it is given; this copy is what becomes the photo if the frame is a good one.
      const copy = await createImageBitmap(image);
      this.#frame?.close();
      this.#frame = copy;
      this.#pipeline.process(image, capturedAt);
    } catch {
      // The video has no picture yet, or none any more.
    } finally {
      this.#grabbing = false;
    }
  };

  /** What a video shows now, as a JPEG, unmirrored. */
  async pictureOf(video: HTMLVideoElement): Promise<Blob> {
    // Pressed before the camera's first frame is there, it is that one: there is nothing else to take.
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
      await new Promise((resolve) => video.addEventListener('loadeddata', resolve, { once: true }));
    }
    const image = await createImageBitmap(video);
    try {
      return await encode(image);
    } finally {
      image.close();
    }
  }

  close(): void {
    this.onSeen = undefined;
    this.#source.stop();
    this.#pipeline.close();
    this.#frame?.close();
    this.#frame = undefined;
  }

  #handleResult(result: FrameResult): void {
    this.#restUntil = performance.now() + REST_SHARE * (monotonicNow() - result.capturedAt);
    const frame = this.#frame;
    if (!frame) return;
    this.onSeen?.({ ...result, picture: (area) => encode(frame, area) });
  }
}

function encode(
  image: ImageBitmap,
  { x, y, width, height }: Area = { x: 0, y: 0, width: 1, height: 1 },
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * image.width));
  canvas.height = Math.max(1, Math.round(height * image.height));
  const context = canvas.getContext('2d');
  // Drawn at once, before the frame is closed; only the encoding is waited for.
  context?.drawImage(image, -Math.round(x * image.width), -Math.round(y * image.height));
  return new Promise((done, fail) => {
    canvas.toBlob(
      (blob) => (blob ? done(blob) : fail(new Error('This browser encodes no JPEG.'))),
      'image/jpeg',
      JPEG_QUALITY,
    );
  });
}
