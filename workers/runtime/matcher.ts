import { InferenceSession, Tensor } from 'onnxruntime-node';
import { DATA_TYPE } from '../../models/onnx/model.ts';
import { writeOnnx } from '../../models/onnx/write.ts';

/** Best candidates of each query, best first: row of the gallery and its cosine. */
export type RowMatches = { row: number; score: number }[][];

export type Matcher = {
  /**
   * Exact search: every query against every row.
   * @param queries float32 `[count, columns]`; scores are cosines where they are of length 1
   * @param gallery float32 `[size, columns]`, rows of length 1
   * @param k how many candidates to give for each query, fewer when the gallery is smaller
   */
  match(input: {
    queries: Float32Array;
    count: number;
    gallery: Float32Array;
    size: number;
    k: number;
  }): Promise<RowMatches>;
};

/**
 * An exact matcher as an ONNX model: `TopK(queries · galleryᵀ)`. The gallery is an input, not a weight,
 * so a change of it costs nothing.
 */
export async function createMatcher(options: { columns: number }): Promise<Matcher> {
  const { columns } = options;
  const session = await InferenceSession.create(matcherModel(columns), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    async match({ queries, count, gallery, size, k }) {
      if (size === 0 || count === 0) return Array.from({ length: count }, () => []);
      const width = Math.min(k, size);
      const { scores, rows } = (await session.run({
        queries: new Tensor('float32', queries, [count, columns]),
        gallery: new Tensor('float32', gallery, [size, columns]),
        k: new Tensor('float32', Float32Array.of(width), [1]),
      })) as { scores: Tensor; rows: Tensor };
      const [score, row] = [scores.data as Float32Array, rows.data as Float32Array];
      return Array.from({ length: count }, (_, query) =>
        Array.from({ length: width }, (_, rank) => ({
          row: row[query * width + rank] as number,
          score: score[query * width + rank] as number,
        })),
      );
    },
  };
}

/** Everything is float32, as the ONNX writer has it: row numbers are exact up to 2²⁴. */
function matcherModel(columns: number): Uint8Array {
  const int64 = DATA_TYPE.int64;
  return writeOnnx({
    irVersion: 8,
    opset: 17,
    producer: 'facewire',
    graph: {
      name: 'matcher',
      inputs: [
        { name: 'queries', dims: ['N', columns] },
        { name: 'gallery', dims: ['P', columns] },
        { name: 'k', dims: [1] },
      ],
      initializers: [],
      nodes: [
        {
          op: 'Gemm',
          inputs: ['queries', 'gallery'],
          outputs: ['cosines'],
          attributes: [{ name: 'transB', type: 'int', value: 1 }],
        },
        {
          op: 'Cast',
          inputs: ['k'],
          outputs: ['count'],
          attributes: [{ name: 'to', type: 'int', value: int64 }],
        },
        { op: 'TopK', inputs: ['cosines', 'count'], outputs: ['scores', 'indices'], attributes: [] },
        {
          op: 'Cast',
          inputs: ['indices'],
          outputs: ['rows'],
          attributes: [{ name: 'to', type: 'int', value: DATA_TYPE.float32 }],
        },
      ],
      outputs: [
        { name: 'scores', dims: ['N', 'K'] },
        { name: 'rows', dims: ['N', 'K'] },
      ],
    },
  });
}
