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

/**
 * Encodes a model as an ONNX file. Fields are written in a fixed order, so equal models give equal bytes.
 * (The protobuf wire format is a few lines; `onnx-proto`, the only ready package, brings protobufjs 6.)
 */
export function writeOnnx({ irVersion, opset, producer, graph }: Model): Uint8Array {
  return concat([
    varint(FIELD.model.irVersion, irVersion),
    text(FIELD.model.producer, producer),
    message(FIELD.model.graph, [
      ...graph.nodes.map(node),
      text(FIELD.graph.name, graph.name),
      ...graph.initializers.map(initializer),
      ...graph.inputs.map((value) => valueInfo(FIELD.graph.input, value)),
      ...graph.outputs.map((value) => valueInfo(FIELD.graph.output, value)),
    ]),
    message(FIELD.model.opsetImport, [text(FIELD.opset.domain, ''), varint(FIELD.opset.version, opset)]),
  ]);
}

function node({ op, inputs, outputs, attributes }: Node): Uint8Array {
  return message(FIELD.graph.node, [
    ...inputs.map((name) => text(FIELD.node.input, name)),
    ...outputs.map((name) => text(FIELD.node.output, name)),
    text(FIELD.node.op, op),
    ...attributes.map(attribute),
  ]);
}

function attribute(attribute: Attribute): Uint8Array {
  const value = () => {
    switch (attribute.type) {
      case 'int':
        return [varint(FIELD.attribute.int, attribute.value)];
      case 'float':
        return [float(FIELD.attribute.float, attribute.value)];
      case 'string':
        return [text(FIELD.attribute.string, attribute.value)];
      case 'ints':
        return attribute.value.map((item) => varint(FIELD.attribute.ints, item));
    }
  };
  return message(FIELD.node.attribute, [
    text(FIELD.attribute.name, attribute.name),
    ...value(),
    varint(FIELD.attribute.type, ATTRIBUTE_TYPE[attribute.type]),
  ]);
}

function initializer({ name, dims, data }: Initializer): Uint8Array {
  return message(FIELD.graph.initializer, [
    ...dims.map((size) => varint(FIELD.tensor.dims, size)),
    varint(FIELD.tensor.dataType, data instanceof Float32Array ? DATA_TYPE.float32 : DATA_TYPE.int64),
    text(FIELD.tensor.name, name),
    bytes(FIELD.tensor.raw, littleEndian(data)),
  ]);
}

function valueInfo(field: number, { name, dims }: ValueInfo): Uint8Array {
  const dimension = (size: number | string) =>
    message(FIELD.shape.dimension, [
      typeof size === 'string' ? text(FIELD.dimension.parameter, size) : varint(FIELD.dimension.value, size),
    ]);
  return message(field, [
    text(FIELD.valueInfo.name, name),
    message(FIELD.valueInfo.type, [
      message(FIELD.type.tensor, [
        varint(FIELD.tensorType.elementType, DATA_TYPE.float32),
        message(FIELD.tensorType.shape, dims.map(dimension)),
      ]),
    ]),
  ]);
}

// The protobuf wire format: a tag (field number and wire type), then the value.

const WIRE = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const;

function varint(field: number, value: number): Uint8Array {
  return concat([encodeVarint((field << 3) | WIRE.varint), encodeVarint(value)]);
}

function float(field: number, value: number): Uint8Array {
  return concat([encodeVarint((field << 3) | WIRE.fixed32), littleEndian(Float32Array.of(value))]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return bytes(field, concat(parts));
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return concat([encodeVarint((field << 3) | WIRE.lengthDelimited), encodeVarint(content.length), content]);
}

/** Negative numbers take ten bytes, as two's complement of 64 bits. */
function encodeVarint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const encoded: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    encoded.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(encoded);
}

function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.byteLength));
  if (data instanceof Float32Array) {
    for (let i = 0; i < data.length; i++) view.setFloat32(i * 4, data[i] as number, true);
  } else {
    for (let i = 0; i < data.length; i++) view.setBigInt64(i * 8, data[i] as bigint, true);
  }
  return new Uint8Array(view.buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
