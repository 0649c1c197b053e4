import { InferenceSession } from 'onnxruntime-node';

export type TensorShape = { name: string; shape: (number | string)[] };

/**
 * What a model takes and gives, as ONNX Runtime reads it.
 * @throws Error from ONNX Runtime when the bytes are not a model that it can run
 */
export async function inspectOnnx(
  model: Uint8Array,
): Promise<{ inputs: TensorShape[]; outputs: TensorShape[] }> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const shapes = (all: InferenceSession['inputMetadata']) =>
      all.map((value) => ({ name: value.name, shape: value.isTensor ? [...value.shape] : [] }));
    return { inputs: shapes(session.inputMetadata), outputs: shapes(session.outputMetadata) };
  } finally {
    await session.release();
  }
}
