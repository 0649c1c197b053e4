import { createDetector } from './detect.ts';
import { FrameProcessor } from './frame-processor.ts';
import type { PipelineEvent, PipelineRequest } from './pipeline.messages.ts';
import { createSurface } from './surface.ts';

/** Answers the pipeline's requests; the same in a worker and, where there can be none, on the page's own thread. */
export class PipelineEngine {
  readonly #emit: (event: PipelineEvent) => void;
  #processor: FrameProcessor | undefined;

  constructor(options: { emit: (event: PipelineEvent) => void }) {
    this.#emit = options.emit;
  }

  async handle(request: PipelineRequest): Promise<void> {
    switch (request.type) {
      case 'start':
        await this.#start(request);
        break;
      case 'frame':
        await this.#frame(request);
        break;
      case 'label':
        this.#processor?.handleLabel(request);
        break;
      case 'new-session':
        this.#processor?.handleNewSession();
    }
  }

  async #start({ remembered }: Extract<PipelineRequest, { type: 'start' }>): Promise<void> {
    try {
      createSurface(1, 1);
      const detector = await createDetector({
        remembered,
        onProgress: (loaded, total) => this.#emit({ type: 'progress', loaded, total }),
      });
      this.#processor = new FrameProcessor({ detector });
      this.#emit({ type: 'ready', backend: detector.backend, trials: detector.trials });
    } catch (error) {
      this.#emit({ type: 'failed', code: codeOf(error), message: messageOf(error) });
    }
  }

  async #frame({ image, capturedAt }: Extract<PipelineRequest, { type: 'frame' }>): Promise<void> {
    try {
      const result = await this.#processor?.process(image, capturedAt);
      if (result) this.#emit({ type: 'result', result });
    } catch (error) {
      this.#emit({ type: 'frame-failed', message: messageOf(error) });
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'internal';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
