/** TensorFlow.js as an inference engine, behind the same interface as ONNX Runtime. */
import * as tf from '@tensorflow/tfjs';
import { readOnnx } from '../onnx/read.ts';
import type { Network } from '../onnx/session.ts';
import { startNativeBackend, startWasmBackend } from './backend-node.ts';
import { buildNetwork } from './network.ts';

/**
 * Opens an embedder's ONNX file in TensorFlow.js: on TensorFlow itself where somebody installed it
 * (`npm run setup:gpu`), else on wasm.
 * @throws NetworkError when the graph holds something that is not known here
 */
export async function openTensorflowNetwork({ model }: { model: Uint8Array }): Promise<Network> {
  if (!(await startNativeBackend())) await startWasmBackend();
  const parsed = readOnnx(model);
  const [output] = parsed.graph.outputs;
  if (!output) throw new TypeError('The network has no output.');
  const network = buildNetwork(parsed);
  return {
    async run({ data, dims }) {
      const raw = tf.tidy(() =>
        network.embed(tf.tensor4d(data, dims as [number, number, number, number]).transpose([0, 2, 3, 1])),
      );
      const values = Float32Array.from(await raw.data());
      raw.dispose();
      return { [output.name]: values };
    },
    close: async () => network.dispose(),
  };
}
