import type { ValueInfo } from './model.ts';
import {
  ATTRIBUTE_TYPE,
  type Attribute,
  DATA_TYPE,
  FIELD,
  type Initializer,
  type Model,
  type Node,
} from './model.ts';

/** The bytes are not an ONNX model, or one with parts that are not supported here. */
export class OnnxReadError extends Error {
  override readonly name = 'OnnxReadError';
  readonly code = 'onnx-invalid';
}

/**
 * Decodes an ONNX file into plain data. Fields that face networks do not use are skipped.
 * @throws OnnxReadError for truncated bytes, unknown attribute types and tensors that are neither float32 nor int64
 */
export function readOnnx(file: Uint8Array): Model {
  const model = fields(file);
  const graph = fields(required(model.bytes(FIELD.model.graph), 'a graph'));
  const opsets = model.all(FIELD.model.opsetImport).map(fields);
  const standard = opsets.find((opset) => opset.text(FIELD.opset.domain) === '');
  return {
    irVersion: model.int(FIELD.model.irVersion),
    opset: required(standard, 'an operator set').int(FIELD.opset.version),
    producer: model.text(FIELD.model.producer),
    graph: {
      name: graph.text(FIELD.graph.name),
      nodes: graph.all(FIELD.graph.node).map(node),
      initializers: graph.all(FIELD.graph.initializer).map(initializer),
      inputs: graph.all(FIELD.graph.input).map(valueInfo),
      outputs: graph.all(FIELD.graph.output).map(valueInfo),
    },
  };
}

function node(bytes: Uint8Array): Node {
  const message = fields(bytes);
  return {
    op: message.text(FIELD.node.op),
    inputs: message.texts(FIELD.node.input),
    outputs: message.texts(FIELD.node.output),
    attributes: message.all(FIELD.node.attribute).map(attribute),
  };
}

function attribute(bytes: Uint8Array): Attribute {
  const message = fields(bytes);
  const name = message.text(FIELD.attribute.name);
  const type = message.int(FIELD.attribute.type);
  switch (type) {
    case ATTRIBUTE_TYPE.int:
      return { name, type: 'int', value: message.int(FIELD.attribute.int) };
    case ATTRIBUTE_TYPE.float:
      return { name, type: 'float', value: message.float(FIELD.attribute.float) };
    case ATTRIBUTE_TYPE.string:
      return { name, type: 'string', value: message.text(FIELD.attribute.string) };
    case ATTRIBUTE_TYPE.ints:
      return { name, type: 'ints', value: message.ints(FIELD.attribute.ints).map(Number) };
    default:
      throw new OnnxReadError(`The attribute "${name}" has type ${type}, which is not supported.`);
  }
}

function initializer(bytes: Uint8Array): Initializer {
  const message = fields(bytes);
  const name = message.text(FIELD.tensor.name);
  const dims = message.ints(FIELD.tensor.dims).map(Number);
  const count = dims.reduce((product, size) => product * size, 1);
  const data = tensorData(message, name);
  if (data.length !== count) {
    throw new OnnxReadError(`The tensor "${name}" holds ${data.length} values; its shape needs ${count}.`);
  }
  return { name, dims, data };
}

function tensorData(message: Fields, name: string): Float32Array | BigInt64Array {
  const type = message.int(FIELD.tensor.dataType);
  const raw = message.bytes(FIELD.tensor.raw);
  // A copy starts at offset 0 of its own buffer, which typed arrays need for alignment.
  const aligned = raw && new Uint8Array(raw).buffer;
  switch (type) {
    case DATA_TYPE.float32:
      return aligned ? new Float32Array(aligned) : Float32Array.from(message.floats(FIELD.tensor.floats));
    case DATA_TYPE.int64:
      return aligned ? new BigInt64Array(aligned) : BigInt64Array.from(message.ints(FIELD.tensor.int64s));
    default:
      throw new OnnxReadError(`The tensor "${name}" has data type ${type}; float32 and int64 are supported.`);
  }
}

function valueInfo(bytes: Uint8Array): ValueInfo {
  const message = fields(bytes);
  const name = message.text(FIELD.valueInfo.name);
  const type = message.bytes(FIELD.valueInfo.type);
  const tensor = type && fields(type).bytes(FIELD.type.tensor);
  const shape = tensor && fields(tensor).bytes(FIELD.tensorType.shape);
  const dimension = (item: Uint8Array) => {
    const size = fields(item);
    return size.text(FIELD.dimension.parameter) || size.int(FIELD.dimension.value);
  };
  return { name, dims: shape ? fields(shape).all(FIELD.shape.dimension).map(dimension) : [] };
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new OnnxReadError(`The file is not an ONNX model: it lacks ${what}.`);
  return value;
}

type Fields = ReturnType<typeof fields>;
type FieldValue = Uint8Array | bigint;

/** Splits a protobuf message into its fields; a repeated number may come packed or one by one. */
function fields(bytes: Uint8Array) {
  const byNumber = new Map<number, FieldValue[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new OnnxReadError('The file is not an ONNX model or is cut off.');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const value = (wire: number): FieldValue => {
    if (wire === 1) return take(8);
    if (wire === 5) return take(4);
    const { value, next } = decodeVarint(view, at);
    at = next;
    if (wire === 0) return value;
    if (wire === 2) return take(Number(value));
    throw new OnnxReadError(`The file is not an ONNX model: wire type ${wire}.`);
  };
  while (at < bytes.length) {
    const tag = decodeVarint(view, at);
    at = tag.next;
    const number = Number(tag.value >> 3n);
    const list = byNumber.get(number) ?? [];
    list.push(value(Number(tag.value & 7n)));
    byNumber.set(number, list);
  }

  const all = (number: number): Uint8Array[] =>
    (byNumber.get(number) ?? []).filter((item) => item instanceof Uint8Array);
  const ints = (number: number): bigint[] =>
    (byNumber.get(number) ?? []).flatMap((item) => (typeof item === 'bigint' ? [item] : unpackVarints(item)));
  const floats = (number: number): number[] => all(number).flatMap(unpackFloats);
  const texts = (number: number): string[] => all(number).map((item) => new TextDecoder().decode(item));
  return {
    all,
    ints,
    floats,
    texts,
    bytes: (number: number) => all(number).at(-1),
    text: (number: number) => texts(number).at(-1) ?? '',
    int: (number: number) => Number(ints(number).at(-1) ?? 0n),
    float: (number: number) => floats(number).at(-1) ?? 0,
  };
}

function unpackVarints(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = decodeVarint(view, at);
    values.push(value);
    at = next;
  }
  return values;
}

function unpackFloats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(i * 4, true));
}

function decodeVarint(view: DataView, start: number): { value: bigint; next: number } {
  let value = 0n;
  for (let at = start, shift = 0n; at < view.byteLength && shift < 70n; at++, shift += 7n) {
    const byte = view.getUint8(at);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: BigInt.asIntN(64, value), next: at + 1 };
  }
  throw new OnnxReadError('The file is not an ONNX model or is cut off.');
}
