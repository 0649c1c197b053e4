import type { Backend } from './backend.ts';
import type { FrameResult } from './frame-processor.ts';

/** Page → worker. */
export type PipelineRequest =
  | { type: 'start'; remembered: Backend | undefined }
  | { type: 'frame'; image: ImageBitmap; capturedAt: number }
  | { type: 'label'; track: number; identified: boolean }
  | { type: 'new-session' };

/** Worker → page. */
export type PipelineEvent =
  | { type: 'progress'; loaded: number; total: number }
  | { type: 'ready'; backend: Backend; trials: Partial<Record<Backend, number>> }
  /** `no-canvas`: this worker cannot, the page may. */
  | { type: 'failed'; code: string; message: string }
  | { type: 'result'; result: FrameResult }
  /** One frame could not be processed; the next may. */
  | { type: 'frame-failed'; message: string };
