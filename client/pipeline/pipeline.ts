import { BACKENDS, type Backend } from './backend.ts';
import type { FrameResult } from './frame-processor.ts';
import type { PipelineEvent, PipelineRequest } from './pipeline.messages.ts';

export type PipelineOptions = {
  onProgress: (loaded: number, total: number) => void;
  onReady: (backend: Backend) => void;
  onFailed: (failure: { code: string; message: string }) => void;
  onResult: (result: FrameResult) => void;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
};

const STORAGE_KEY = 'facewire.backend';
/** A frame that is not answered in this time was lost with whatever worked on it. */
const FRAME_TIMEOUT_MS = 10_000;

/**
 * The pipeline as the page sees it: one frame at a time goes in, one result comes out. It runs in a worker; where a
 * worker has no canvas to draw on, on the page's own thread.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  #post: ((request: PipelineRequest, transfer: Transferable[]) => void) | undefined;
  #stop: () => void = () => {};
  #ready = false;
  #busySince: number | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  start(): void {
    if (typeof Worker === 'undefined') void this.#startHere();
    else this.#startWorker();
  }

  /** Whether the next frame can go in; a frame that finds it busy is not worth waiting with. */
  get idle(): boolean {
    const stuck = this.#busySince !== undefined && performance.now() - this.#busySince > FRAME_TIMEOUT_MS;
    return this.#ready && (this.#busySince === undefined || stuck);
  }

  /** @param image unmirrored; it is closed. @param capturedAt ms of `monotonicNow` */
  process(image: ImageBitmap, capturedAt: number): void {
    this.#busySince = performance.now();
    this.#post?.({ type: 'frame', image, capturedAt }, [image]);
  }

  handleLabel(label: { track: number; identified: boolean }): void {
    this.#post?.({ type: 'label', ...label }, []);
  }

  handleNewSession(): void {
    this.#post?.({ type: 'new-session' }, []);
  }

  close(): void {
    this.#ready = false;
    this.#post = undefined;
    this.#stop();
  }

  #startWorker(): void {
    const worker = new Worker(new URL('./pipeline.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: { data: PipelineEvent }) => {
      if (data.type === 'failed' && data.code === 'no-canvas') {
        worker.terminate();
        void this.#startHere();
      } else {
        this.#handle(data);
      }
    };
    worker.onerror = (event) =>
      this.#handle({ type: 'failed', code: 'worker', message: event.message || 'The worker did not start.' });
    this.#post = (request, transfer) => worker.postMessage(request, transfer);
    this.#stop = () => worker.terminate();
    this.#post({ type: 'start', remembered: this.#remembered() }, []);
  }

  async #startHere(): Promise<void> {
    // Loaded only where it is needed: it brings the whole detector into the page.
    const { PipelineEngine } = await import('./pipeline-engine.ts');
    const engine = new PipelineEngine({ emit: (event) => this.#handle(event) });
    this.#post = (request) => void engine.handle(request);
    this.#post({ type: 'start', remembered: this.#remembered() }, []);
  }

  #handle(event: PipelineEvent): void {
    const { onProgress, onReady, onFailed, onResult, storage } = this.#options;
    switch (event.type) {
      case 'progress':
        onProgress(event.loaded, event.total);
        break;
      case 'ready':
        this.#ready = true;
        try {
          storage.setItem(STORAGE_KEY, event.backend);
        } catch {
          // Storage is full or forbidden: the next visit measures again.
        }
        onReady(event.backend);
        break;
      case 'failed':
        this.#ready = false;
        onFailed(event);
        break;
      case 'result':
        this.#busySince = undefined;
        onResult(event.result);
        break;
      case 'frame-failed':
        this.#busySince = undefined;
    }
  }

  #remembered(): Backend | undefined {
    try {
      const stored = this.#options.storage.getItem(STORAGE_KEY);
      return BACKENDS.find((backend) => backend === stored);
    } catch {
      return undefined;
    }
  }
}
