import { describe, expect, it } from 'vitest';
import type { Model } from '../../../models/onnx/model.ts';
import { OnnxReadError, readOnnx } from '../../../models/onnx/read.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';

const model: Model = {
  irVersion: 8,
  opset: 17,
  producer: 'test',
  graph: {
    name: 'every kind of part',
    nodes: [
      {
        op: 'Conv',
        inputs: ['x', 'w'],
        outputs: ['y'],
        attributes: [
          { name: 'group', type: 'int', value: -3 },
          { name: 'alpha', type: 'float', value: 0.25 },
          { name: 'auto_pad', type: 'string', value: 'SAME_UPPER' },
          { name: 'strides', type: 'ints', value: [2, 300] },
        ],
      },
    ],
    initializers: [
      { name: 'w', dims: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-30) },
      { name: 'shape', dims: [3], data: BigInt64Array.of(-1n, 0n, 4_000_000_000n) },
      { name: 'scalar', dims: [], data: Float32Array.of(7) },
    ],
    inputs: [{ name: 'x', dims: ['N', 3, 112] }],
    outputs: [{ name: 'y', dims: [1, 1] }],
  },
};

describe('ONNX files', () => {
  it('are read back as they were written', () => {
    expect(readOnnx(writeOnnx(model))).toEqual(model);
  });

  it('are refused when cut off anywhere', () => {
    const bytes = writeOnnx(model);
    for (let length = 1; length < bytes.length; length += 7) {
      const cut = () => readOnnx(bytes.subarray(0, length));
      expect(cut, `${length} of ${bytes.length} bytes`).toThrow(OnnxReadError);
    }
  });

  it('are refused when a tensor does not fit its shape', () => {
    const wrong = {
      ...model,
      graph: { ...model.graph, initializers: [{ name: 'w', dims: [3], data: Float32Array.of(1) }] },
    };
    expect(() => readOnnx(writeOnnx(wrong))).toThrow(/its shape needs 3/);
  });

  it('may keep floats in a packed list instead of raw bytes', () => {
    // TensorProto { dims: 2, data_type: 1, float_data: [1, 2], name: "p" }, inside a graph, inside a model.
    const floats = [0x22, 8, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40];
    const tensor = [0x08, 2, 0x10, 1, ...floats, 0x42, 1, 0x70];
    const graph = [0x2a, tensor.length, ...tensor];
    const opset = [0x42, 2, 0x10, 17];
    const { initializers } = readOnnx(Uint8Array.from([0x3a, graph.length, ...graph, ...opset])).graph;
    expect(initializers).toEqual([{ name: 'p', dims: [2], data: Float32Array.of(1, 2) }]);
  });
});
