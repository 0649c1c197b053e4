/**
 * The gradients of an embedder as an ONNX graph of their own: forward and backward pass in one run of ONNX Runtime,
 * which is several times faster than TensorFlow.js on wasm. Weights are inputs, so one session serves a whole
 * training. Activations are NCHW, shapes are fixed.
 */
import type { Attribute, Initializer, Model, Node, ValueInfo } from '../onnx/model.ts';
import { type Graph, NetworkError, type Step } from './graph.ts';
import { type Part, partNames } from './weights.ts';

/** Names of inputs and outputs beside the parameters' own. */
export const GRADIENT_INPUT = { x: 'x', target: 'target', share: 'share' } as const;
export const LOSS_OUTPUT = 'loss';
export const gradientOf = (parameter: string): string => `gradient:${parameter}`;

export type Shape = readonly [count: number, channels: number, height: number, width: number];
type Conv = Extract<Step, { kind: 'conv' }>;

const OPSET = 17;
const IR_VERSION = 8;
/** `TensorProto.DataType`. */
const FLOAT = 1;

/**
 * Inputs: `x` (crops, or the trunk's features for the tail), `target` `[batch, size]` of length 1, `share` `[batch, 1]`
 * (what a sample's loss counts), and every parameter of the part by its name. Outputs: `loss`, the sum of
 * share · (1 − cosine), and the gradient of every parameter.
 * @param options.input shape of `x` without the batch
 * @throws NetworkError for a convolution that is neither pointwise, depthwise nor the image's
 */
export function gradientGraph(options: {
  graph: Graph;
  part: Part;
  batch: number;
  input: readonly [channels: number, height: number, width: number];
  embeddingSize: number;
}): Model {
  const { graph, part, batch, embeddingSize } = options;
  const steps = part === 'full' ? graph.steps : graph.steps.slice(graph.tailStart);
  const first = steps[0]?.input ?? '';
  const build = createBuilder();
  const shapes = activationShapes({ graph, steps, input: [batch, ...options.input] });
  const values = new Map<string, string>([[first, GRADIENT_INPUT.x]]);
  const shapeOf = (name: string): Shape => shapes.get(name) as Shape;
  const seen = (name: string): string => values.get(name) as string;
  let raw = '';
  for (const step of steps) {
    const shape = shapeOf(step.input);
    const x = seen(step.input);
    if (step.kind === 'flatten') {
      raw = build.reshape(x, [batch, embeddingSize]);
      continue;
    }
    values.set(
      step.output,
      step.kind === 'conv'
        ? build.conv([x, step.weight, step.bias], step, shape, shapeOf(step.output))
        : step.kind === 'prelu'
          ? build.prelu(x, build.reshape(step.slope, [shape[1], 1, 1]))
          : build.add('Add', [x, seen(step.other)]),
    );
  }

  const { loss, gradient } = lossOf(raw, build);
  const gradients = new Map<string, string>();
  const pass = (activation: string, value: string) => {
    const before = gradients.get(activation);
    gradients.set(activation, before ? build.add('Add', [before, value]) : value);
  };
  const learnt = new Map<string, string>();
  for (const step of steps.toReversed()) {
    const [shape, x] = [shapeOf(step.input), seen(step.input)];
    if (step.kind === 'flatten') {
      pass(step.input, build.reshape(gradient, shape));
      continue;
    }
    const dy = gradients.get(step.output) as string;
    if (step.kind === 'add') {
      pass(step.input, dy);
      pass(step.other, dy);
    } else if (step.kind === 'prelu') {
      const slope = build.reshape(step.slope, [shape[1], 1, 1]);
      const positive = build.add('Cast', [build.add('Greater', [x, build.number(0)])], [int('to', FLOAT)]);
      const steep = build.add('Mul', [positive, build.restOf(slope)]);
      pass(step.input, build.add('Mul', [dy, build.add('Add', [steep, slope])]));
      const below = build.add('Mul', [dy, build.add('Min', [x, build.number(0)])]);
      learnt.set(step.slope, build.sum(below, [0, 2, 3]));
    } else {
      const after = shapeOf(step.output);
      learnt.set(step.bias, build.sum(dy, [0, 2, 3]));
      const back = convolutionBackward({ build, step, x, dy, shape, after, isInput: step.input === first });
      learnt.set(step.weight, build.reshape(back.weight, graph.parameters.get(step.weight)?.dims ?? []));
      if (back.input) pass(step.input, back.input);
    }
  }

  const names = partNames(graph, part);
  const outputs: ValueInfo[] = [{ name: LOSS_OUTPUT, dims: [] }];
  build.rename(loss, LOSS_OUTPUT);
  for (const name of names) {
    build.rename(learnt.get(name) as string, gradientOf(name));
    outputs.push({ name: gradientOf(name), dims: graph.parameters.get(name)?.dims ?? [] });
  }
  return {
    irVersion: IR_VERSION,
    opset: OPSET,
    producer: 'facewire',
    graph: {
      name: `gradients-${part}`,
      nodes: build.nodes,
      initializers: build.constants,
      inputs: [
        { name: GRADIENT_INPUT.x, dims: [batch, ...options.input] },
        { name: GRADIENT_INPUT.target, dims: [batch, embeddingSize] },
        { name: GRADIENT_INPUT.share, dims: [batch, 1] },
        ...names.map((name) => ({ name, dims: graph.parameters.get(name)?.dims ?? [] })),
      ],
      outputs,
    },
  };
}

/** Shapes of what the steps see and give, by the activations' names; flattened ones are left out. */
export function activationShapes(options: {
  graph: Graph;
  steps: readonly Step[];
  input: Shape;
}): Map<string, Shape> {
  const { graph, steps, input } = options;
  const shapes = new Map<string, Shape>([[steps[0]?.input ?? '', input]]);
  for (const step of steps) {
    const shape = shapes.get(step.input);
    if (!shape || step.kind === 'flatten') continue;
    shapes.set(step.output, step.kind === 'conv' ? convolved(shape, step, graph) : shape);
  }
  return shapes;
}

/** Σ share · (1 − cosine), and its gradient: share · (cosine · u − target) / length, with u of length 1. */
function lossOf(raw: string, build: Builder): { loss: string; gradient: string } {
  const length = build.add('Sqrt', [build.sum(build.add('Mul', [raw, raw]), [1], true)]);
  const unit = build.add('Div', [raw, length]);
  const cosine = build.sum(build.add('Mul', [unit, GRADIENT_INPUT.target]), [1], true);
  const distance = build.add('Sub', [build.number(1), cosine]);
  const loss = build.sum(build.add('Mul', [distance, GRADIENT_INPUT.share]), [0, 1]);
  const away = build.add('Sub', [build.add('Mul', [cosine, unit]), GRADIENT_INPUT.target]);
  const gradient = build.add('Mul', [away, build.add('Div', [GRADIENT_INPUT.share, length])]);
  return { loss, gradient };
}

/** Gradients of a convolution's filters and, unless it sees the network's input, of what it saw. */
function convolutionBackward(options: {
  build: Builder;
  step: Conv;
  x: string;
  dy: string;
  shape: Shape;
  after: Shape;
  isInput: boolean;
}): { weight: string; input?: string } {
  const { build, step, x, dy, shape, after, isInput } = options;
  const [count, channels, height, width] = shape;
  const [, outputs, outHeight, outWidth] = after;
  const { kernel, stride } = step;
  const pixels = outHeight * outWidth;
  /** Over all pictures: dy · seenᵀ. */
  const product = (seen: string, rows: number) => {
    const left = build.reshape(dy, [count, outputs, pixels]);
    const right = build.transpose(build.reshape(seen, [count, rows, pixels]), [0, 2, 1]);
    return build.sum(build.add('MatMul', [left, right]), [0]);
  };
  if (step.depthwise) {
    if (step.padding === 'valid' && height === kernel && width === kernel) {
      const input = build.add('Mul', [dy, build.reshape(step.weight, [1, channels, kernel, kernel])]);
      return { weight: build.sum(build.add('Mul', [x, dy]), [0]), ...(isInput ? {} : { input }) };
    }
    return {
      weight: depthwiseFilters({ build, step, x, dy, shape, after }),
      ...(isInput ? {} : { input: depthwiseInput({ build, step, dy, shape, after }) }),
    };
  }
  if (kernel === 1 && stride === 1) {
    const turned = build.transpose(step.weight, [1, 0, 2, 3]);
    return {
      weight: product(x, channels),
      ...(isInput ? {} : { input: build.add('Conv', [dy, turned], [ints('kernel_shape', [1, 1])]) }),
    };
  }
  if (!isInput) {
    throw new NetworkError(`The convolution "${step.output}" is neither pointwise, depthwise nor first.`);
  }
  // What each place of the kernel sees, by a convolution with a filter for each place.
  const places = channels * kernel * kernel;
  const one = new Float32Array(places * places);
  for (let i = 0; i < places; i++) one[i * places + i] = 1;
  const filters = build.constant(one, [places, channels, kernel, kernel]);
  const seen = build.conv([x, filters], { ...step, depthwise: false }, shape, after);
  return { weight: product(seen, places) };
}

type Backward = { build: Builder; step: Conv; dy: string; shape: Shape; after: Shape };

/** A convolution of the input with the gradient as the filter, the pictures being its channels. */
function depthwiseFilters({ build, step, x, dy, shape, after }: Backward & { x: string }): string {
  const [count, channels, height, width] = shape;
  const [, , outHeight, outWidth] = after;
  const swapped = build.reshape(build.transpose(x, [1, 0, 2, 3]), [1, channels * count, height, width]);
  const filters = build.transpose(dy, [1, 0, 2, 3]);
  return build.add(
    'Conv',
    [swapped, filters],
    [
      int('group', channels),
      ints('kernel_shape', [outHeight, outWidth]),
      ints('dilations', [step.stride, step.stride]),
      ints('pads', padsOf(step, shape, after)),
    ],
  );
}

/** A convolution of the gradient, spread out by the stride, with the filter turned by half a circle. */
function depthwiseInput({ build, step, dy, shape, after }: Backward): string {
  const { kernel, stride } = step;
  const [count, channels, height, width] = shape;
  const [, , outHeight, outWidth] = after;
  const flat = build.reshape(step.weight, [channels, kernel * kernel]);
  const order = BigInt64Array.from({ length: kernel * kernel }, (_, i) => BigInt(kernel * kernel - 1 - i));
  const turned = build.reshape(
    build.add('Gather', [flat, build.constant(order, [order.length])], [int('axis', 1)]),
    [channels, 1, kernel, kernel],
  );
  const [top, left] = padsOf(step, shape, after) as [number, number];
  const around = (size: number, outputs: number, before: number) =>
    [kernel - 1 - before, size + before - outputs * stride] as const;
  const [above, below] = around(height, outHeight, top);
  const [before, behind] = around(width, outWidth, left);
  let spread = dy;
  if (stride > 1) {
    const apart = build.reshape(dy, [count, channels, outHeight, 1, outWidth, 1]);
    const pads = [0, 0, 0, 0, 0, 0, 0, 0, 0, stride - 1, 0, stride - 1];
    spread = build.reshape(build.add('Pad', [apart, build.longs(pads)]), [
      count,
      channels,
      outHeight * stride,
      outWidth * stride,
    ]);
  }
  return build.add(
    'Conv',
    [spread, turned],
    [
      int('group', channels),
      ints('kernel_shape', [kernel, kernel]),
      ints('pads', [above, before, below, behind]),
    ],
  );
}

function convolved(shape: Shape, step: Conv, graph: Graph): Shape {
  const [count, , height, width] = shape;
  const outputs = graph.parameters.get(step.weight)?.dims[0] ?? 0;
  const side = (size: number) =>
    step.padding === 'same'
      ? Math.ceil(size / step.stride)
      : Math.floor((size - step.kernel) / step.stride) + 1;
  return [count, outputs, side(height), side(width)];
}

/** Top, left, bottom, right, as SAME_UPPER has them. */
function padsOf({ kernel, stride, padding }: Conv, shape: Shape, after: Shape): number[] {
  if (padding === 'valid') return [0, 0, 0, 0];
  const all = (size: number, outputs: number) => Math.max(0, (outputs - 1) * stride + kernel - size);
  const [down, across] = [all(shape[2], after[2]), all(shape[3], after[3])];
  const [top, left] = [Math.floor(down / 2), Math.floor(across / 2)];
  return [top, left, down - top, across - left];
}

function int(name: string, value: number): Attribute {
  return { name, type: 'int', value };
}

function ints(name: string, value: readonly number[]): Attribute {
  return { name, type: 'ints', value };
}

type Builder = ReturnType<typeof createBuilder>;

/** Collects nodes and constants, and names what they give. */
function createBuilder() {
  const nodes: Node[] = [];
  const constants: Initializer[] = [];
  const numbers = new Map<string, string>();
  const constant = (data: Initializer['data'], dims: readonly number[]): string => {
    const name = `constant:${constants.length}`;
    constants.push({ name, dims, data });
    return name;
  };
  const known = (key: string, make: () => string): string => {
    const name = numbers.get(key) ?? make();
    numbers.set(key, name);
    return name;
  };
  const longs = (values: readonly number[]): string =>
    known(`longs ${values.join()}`, () => constant(BigInt64Array.from(values, BigInt), [values.length]));
  const add = (op: string, inputs: readonly string[], attributes: readonly Attribute[] = []): string => {
    const name = `value:${nodes.length}`;
    nodes.push({ op, inputs, outputs: [name], attributes });
    return name;
  };
  const number = (value: number): string =>
    known(`number ${value}`, () => constant(Float32Array.of(value), []));
  const restOf = (slope: string): string => add('Sub', [number(1), slope]);
  return {
    nodes,
    constants,
    constant,
    longs,
    add,
    number,
    reshape: (x: string, dims: readonly number[]): string => add('Reshape', [x, longs(dims)]),
    transpose: (x: string, order: readonly number[]): string => add('Transpose', [x], [ints('perm', order)]),
    sum: (x: string, axes: readonly number[], keep = false): string =>
      add('ReduceSum', [x, longs(axes)], [int('keepdims', keep ? 1 : 0)]),
    restOf,
    /** As the embedder's file has it, `rest · Relu(x) + slope · x`: ONNX Runtime's own PRelu is slower. */
    prelu: (x: string, slope: string): string =>
      add('Add', [add('Mul', [add('Relu', [x]), restOf(slope)]), add('Mul', [x, slope])]),
    conv: (inputs: readonly string[], step: Conv, shape: Shape, after: Shape): string =>
      add('Conv', inputs, [
        int('group', step.depthwise ? shape[1] : 1),
        ints('kernel_shape', [step.kernel, step.kernel]),
        ints('strides', [step.stride, step.stride]),
        ints('pads', padsOf(step, shape, after)),
      ]),
    /** Gives a value under another name. */
    rename(value: string, name: string): void {
      nodes.push({ op: 'Identity', inputs: [value], outputs: [name], attributes: [] });
    },
  };
}
