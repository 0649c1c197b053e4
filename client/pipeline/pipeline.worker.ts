import type { PipelineEvent, PipelineRequest } from './pipeline.messages.ts';
import { PipelineEngine } from './pipeline-engine.ts';

/** What is used of the worker's global scope, whose own types clash with the page's. */
const scope = self as unknown as {
  onmessage: ((event: { data: PipelineRequest }) => void) | null;
  postMessage: (event: PipelineEvent, transfer: Transferable[]) => void;
};

const engine = new PipelineEngine({
  emit: (event) => {
    const crops = event.type === 'result' ? event.result.crops : [];
    scope.postMessage(
      event,
      crops.map(({ payload }) => payload.buffer as ArrayBuffer),
    );
  },
});

scope.onmessage = ({ data }) => void engine.handle(data);
