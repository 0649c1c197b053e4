/**
 * An embedder's graph in the terms that training thinks in: convolutions, slopes, sums. Read from the ONNX file's
 * own nodes, so that whatever is trained is the network that is served.
 */
import type { Initializer, Model, Node } from '../onnx/model.ts';

/** The graph holds something that training does not know. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code = 'network-unsupported';
}

/** `same` is ONNX's SAME_UPPER. */
export type Padding = 'same' | 'valid';

/** One operation; `input`, `output` name activations, `weight`, `bias`, `slope` name initializers. */
export type Step =
  | {
      readonly kind: 'conv';
      readonly input: string;
      readonly output: string;
      readonly weight: string;
      readonly bias: string;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: Padding;
      /** One filter for each channel. */
      readonly depthwise: boolean;
    }
  /** `x > 0 ? x : slope · x`, stored as `rest · Relu(x) + slope · x` with `rest = 1 − slope`. */
  | {
      readonly kind: 'prelu';
      readonly input: string;
      readonly output: string;
      readonly slope: string;
      readonly rest: string;
    }
  | { readonly kind: 'add'; readonly input: string; readonly other: string; readonly output: string }
  | { readonly kind: 'flatten'; readonly input: string; readonly output: string };

/** What runs, and the initializers that it learns: weights, biases and slopes in ONNX's shapes. */
export type Graph = {
  readonly steps: readonly Step[];
  readonly input: string;
  readonly parameters: ReadonlyMap<string, Initializer & { readonly data: Float32Array }>;
  /** Steps before this one are the trunk: they end in the last sum before the last convolution with a stride. */
  readonly tailStart: number;
};

/** Slopes are stored rounded, and so is what they leave of 1. */
const SLOPE_TOLERANCE = 1e-5;

/**
 * Reads the steps of an embedder's graph.
 * @throws NetworkError naming the first node that is not understood
 */
export function readGraph(model: Model): Graph {
  const { nodes, inputs } = model.graph;
  const initializers = new Map(model.graph.initializers.map((item) => [item.name, item]));
  const consumers = Map.groupBy(
    nodes.flatMap((node) => node.inputs.map((name) => ({ name, node }))),
    ({ name }) => name,
  );
  const [input] = inputs;
  if (!input || inputs.length !== 1) throw new NetworkError('The network must have exactly one input.');
  const parameters = new Map<string, Initializer & { data: Float32Array }>();
  const parameter = (name: string | undefined): string => {
    const found = name === undefined ? undefined : initializers.get(name);
    if (!found || !(found.data instanceof Float32Array)) {
      throw new NetworkError(`"${name}" is not a constant of float32 values.`);
    }
    parameters.set(found.name, { ...found, data: found.data });
    return found.name;
  };

  /** A renamed activation has the name of what it renames. */
  const origins = new Map<string, string>();
  const origin = (name: string | undefined) => origins.get(name ?? '') ?? name ?? '';
  const steps: Step[] = [];
  const fused = new Set<Node>();
  for (const node of nodes) {
    if (fused.has(node)) continue;
    const [first, second] = node.inputs;
    const output = node.outputs[0] ?? '';
    if (node.op === 'Identity') {
      origins.set(output, origin(first));
    } else if (node.op === 'Conv') {
      steps.push({
        ...readConv(node, initializers),
        weight: parameter(second),
        bias: parameter(node.inputs[2]),
      });
    } else if (node.op === 'Relu') {
      const { sum, scaled, slope, rest } = slopeAround(node, consumers, initializers);
      for (const part of [sum, scaled.relu, scaled.plain]) fused.add(part);
      parameter(slope);
      steps.push({ kind: 'prelu', input: origin(first), output: sum.outputs[0] ?? '', slope, rest });
    } else if (
      node.op === 'Add' &&
      first &&
      second &&
      !initializers.has(first) &&
      !initializers.has(second)
    ) {
      steps.push({ kind: 'add', input: origin(first), other: origin(second), output });
    } else if (node.op === 'Flatten') {
      steps.push({ kind: 'flatten', input: origin(first), output });
    } else {
      throw new NetworkError(
        `The node "${output}" (${node.op}) is not supported; known are Conv, PReLU written as Relu, Mul and Add, ` +
          'Add, Flatten and Identity.',
      );
    }
    const last = steps.at(-1);
    if (last?.kind === 'conv') steps[steps.length - 1] = { ...last, input: origin(last.input) };
  }
  return { steps, input: input.name, parameters, tailStart: findTail(steps) };
}

function readConv(
  node: Node,
  initializers: ReadonlyMap<string, Initializer>,
): Extract<Step, { kind: 'conv' }> {
  const [input = '', weight = '', bias = ''] = node.inputs;
  const output = node.outputs[0] ?? '';
  const ints = (name: string, fallback: number[]) => {
    const found = node.attributes.find((attribute) => attribute.name === name);
    return found?.type === 'ints' ? found.value : fallback;
  };
  const group = node.attributes.find(({ name }) => name === 'group');
  const groups = group?.type === 'int' ? group.value : 1;
  const pad = node.attributes.find(({ name }) => name === 'auto_pad');
  const padding = pad?.type === 'string' ? pad.value : 'NOTSET';
  const [outputs = 0, each = 0, height = 0, width = 0] = initializers.get(weight)?.dims ?? [];
  const [down = 1, across = 1] = ints('strides', [1, 1]);
  const depthwise = groups > 1;
  const known =
    height === width &&
    down === across &&
    (padding === 'SAME_UPPER' || padding === 'VALID') &&
    ints('dilations', [1, 1]).every((step) => step === 1) &&
    (!depthwise || (groups === outputs && each === 1));
  if (!known) {
    throw new NetworkError(
      `The convolution "${output}" is not supported; kernels and strides are square, auto_pad is SAME_UPPER or ` +
        'VALID, and groups are one or as many as channels.',
    );
  }
  return {
    kind: 'conv',
    input,
    output,
    weight,
    bias,
    kernel: height,
    stride: down,
    padding: padding === 'VALID' ? 'valid' : 'same',
    depthwise,
  };
}

/** The Mul, Mul and Add around a Relu that make it a PReLU (models/convert/to-onnx.ts writes them). */
function slopeAround(
  relu: Node,
  consumers: ReadonlyMap<string, readonly { node: Node }[]>,
  initializers: ReadonlyMap<string, Initializer>,
) {
  const input = relu.inputs[0] ?? '';
  const after = (name: string, op: string) =>
    (consumers.get(name) ?? []).map(({ node }) => node).filter((node) => node.op === op);
  const [scaledRelu] = after(relu.outputs[0] ?? '', 'Mul');
  const sum = scaledRelu && after(scaledRelu.outputs[0] ?? '', 'Add')[0];
  const plain = after(input, 'Mul').find((node) => sum?.inputs.includes(node.outputs[0] ?? ''));
  const constant = (node: Node | undefined) =>
    node?.inputs.map((name) => initializers.get(name)).find(Boolean);
  const [rest, slope] = [constant(scaledRelu), constant(plain)];
  const complementary =
    rest?.data instanceof Float32Array &&
    slope?.data instanceof Float32Array &&
    rest.data.length === slope.data.length &&
    slope.data.every((value, i) => Math.abs(value + Number(rest.data[i]) - 1) <= SLOPE_TOLERANCE);
  if (!scaledRelu || !sum || !plain || !rest || !slope || !complementary) {
    throw new NetworkError(`The Relu "${relu.outputs[0]}" is not part of a PReLU.`);
  }
  return { sum, scaled: { relu: scaledRelu, plain }, slope: slope.name, rest: rest.name };
}

function findTail(steps: readonly Step[]): number {
  const strided = steps.findLastIndex((step) => step.kind === 'conv' && step.stride > 1);
  const sum = steps.findLastIndex((step, i) => step.kind === 'add' && i < strided);
  if (sum < 0) throw new NetworkError('The network has no sum before its last convolution with a stride.');
  const trunk = new Set(steps.slice(0, sum).map(({ output }) => output));
  const reaches = steps
    .slice(sum + 1)
    .some((step) => trunk.has(step.input) || (step.kind === 'add' && trunk.has(step.other)));
  if (reaches) throw new NetworkError('The tail reaches around its own beginning into the trunk.');
  return sum + 1;
}
