import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * A network as the rest of the project sees it: one float32 input, named float32 outputs.
 * Anything that can run a graph can stand behind it.
 */
export type Network = {
  run(input: { data: Float32Array; dims: readonly number[] }): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
};

/**
 * Opens an ONNX model with ONNX Runtime.
 * @param model bytes of the file, from `readModel`
 * @param providers execution providers in order of preference
 * @throws Error from ONNX Runtime when the model is invalid or a provider is missing
 */
export async function openNetwork({
  model,
  providers = ['cpu'],
}: {
  model: Uint8Array;
  providers?: readonly InferenceSession.ExecutionProviderConfig[];
}): Promise<Network> {
  const session = await InferenceSession.create(model, {
    executionProviders: [...providers],
    // One thread per session: parallelism comes from more workers, and batches do not need more.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const [inputName] = session.inputNames;
  if (inputName === undefined || session.inputNames.length !== 1) {
    throw new TypeError(`The network has ${session.inputNames.length} inputs; exactly one is supported.`);
  }
  return {
    async run({ data, dims }) {
      const outputs = await session.run({ [inputName]: new Tensor('float32', data, dims) });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
    close: () => session.release(),
  };
}
