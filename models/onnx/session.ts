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
 * @param oneByOne the file fixes the batch at 1, so a batch is run item by item; on a CPU that costs next to nothing
 * @throws Error from ONNX Runtime when the model is invalid or a provider is missing
 */
export async function openNetwork({
  model,
  providers = ['cpu'],
  oneByOne = false,
}: {
  model: Uint8Array;
  oneByOne?: boolean;
  providers?: readonly InferenceSession.ExecutionProviderConfig[];
}): Promise<Network> {
  const graph = await openGraph({ model, providers });
  const [inputName] = graph.inputs;
  if (inputName === undefined || graph.inputs.length !== 1) {
    throw new TypeError(`The network has ${graph.inputs.length} inputs; exactly one is supported.`);
  }
  const run: Network['run'] = (input) => graph.run({ [inputName]: input });
  return { run: oneByOne ? itemByItem(run) : run, close: () => graph.close() };
}

/** A graph with several named float32 inputs. */
export type OpenGraph = {
  readonly inputs: readonly string[];
  run(
    inputs: Readonly<Record<string, { data: Float32Array; dims: readonly number[] }>>,
  ): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
};

/** Opens an ONNX model as `openNetwork` does, with all its inputs. */
export async function openGraph({
  model,
  providers = ['cpu'],
}: {
  model: Uint8Array;
  providers?: readonly InferenceSession.ExecutionProviderConfig[];
}): Promise<OpenGraph> {
  const session = await InferenceSession.create(model, {
    executionProviders: [...providers],
    // One thread per session: parallelism comes from more workers, and batches do not need more.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    inputs: session.inputNames,
    async run(inputs) {
      const outputs = await session.run(
        Object.fromEntries(
          Object.entries(inputs).map(([name, { data, dims }]) => [name, new Tensor('float32', data, dims)]),
        ),
      );
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
    close: () => session.release(),
  };
}

/** Runs the items of a batch one after the other, and puts their outputs together. */
function itemByItem(run: Network['run']): Network['run'] {
  return async ({ data, dims: [count = 1, ...item] }) => {
    const size = data.length / count;
    const joined: Record<string, Float32Array> = {};
    for (let i = 0; i < count; i++) {
      const outputs = await run({ data: data.subarray(i * size, (i + 1) * size), dims: [1, ...item] });
      for (const [name, output] of Object.entries(outputs)) {
        joined[name] ??= new Float32Array(count * output.length);
        joined[name].set(output, i * output.length);
      }
    }
    return joined;
  };
}
