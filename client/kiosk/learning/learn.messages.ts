import type { Lesson } from '../../../protocol/lessons.ts';
import type { Backend } from '../../pipeline/backend.ts';
import type { Engine } from './engine.ts';
import type { LearnableSample } from './sample-buffer.ts';

export type LearnRequest =
  | {
      type: 'begin';
      lesson: Lesson;
      /** Bytes of the embedder's ONNX file and of the base checkpoint. */
      model: Uint8Array<ArrayBuffer>;
      checkpoint: Uint8Array<ArrayBuffer>;
      samples: readonly LearnableSample[];
      /** To be tried, in this order; wasm is what is left. */
      backends: readonly Backend[];
      /** For the whole student's gradient of one crop; a backend that takes longer is passed over. */
      mostMs: number;
    }
  /** Between two steps it waits until it is let go on. */
  | { type: 'hold' }
  | { type: 'go-on' };

export type LearnEvent =
  | ({ type: 'engine' } & Engine)
  | { type: 'step'; step: number; steps: number; loss: number; ms: number }
  | {
      type: 'learnt';
      backend: Backend;
      part: 'full' | 'tail';
      steps: number;
      crops: number;
      /** Rank 1 and mean cosine on the crops that were kept back. */
      before: Score;
      after: Score;
      /** A checkpoint of the kind `delta`. */
      delta: Uint8Array<ArrayBuffer>;
    }
  | { type: 'failed'; message: string };

export type Score = { rank1: number; cosine: number };
