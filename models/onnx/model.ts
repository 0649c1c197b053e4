/**
 * The part of ONNX that face networks need, as plain data. Field numbers and enumerations:
 * onnx/onnx.proto of ONNX 1.12 (IR version 8).
 */

export type Attribute =
  | { readonly name: string; readonly type: 'int'; readonly value: number }
  | { readonly name: string; readonly type: 'float'; readonly value: number }
  | { readonly name: string; readonly type: 'string'; readonly value: string }
  | { readonly name: string; readonly type: 'ints'; readonly value: readonly number[] };

export type Node = {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
};

/** A constant: weights as float32, shapes and paddings as int64. */
export type Initializer = {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
};

/** A float32 input or output; a dimension given by a name is free. */
export type ValueInfo = { readonly name: string; readonly dims: readonly (number | string)[] };

export type Model = {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly graph: {
    readonly name: string;
    readonly nodes: readonly Node[];
    readonly initializers: readonly Initializer[];
    readonly inputs: readonly ValueInfo[];
    readonly outputs: readonly ValueInfo[];
  };
};

/** `AttributeProto.AttributeType`. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;
/** `TensorProto.DataType`. */
export const DATA_TYPE = { float32: 1, int64: 7 } as const;

/** Field numbers of the messages, by message and field name. */
export const FIELD = {
  model: { irVersion: 1, producer: 2, graph: 7, opsetImport: 8 },
  opset: { domain: 1, version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, op: 4, attribute: 5 },
  attribute: { name: 1, float: 2, int: 3, string: 4, ints: 8, type: 20 },
  tensor: { dims: 1, dataType: 2, floats: 4, int64s: 7, name: 8, raw: 9 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1, parameter: 2 },
} as const;
