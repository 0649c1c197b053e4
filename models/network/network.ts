/** An embedder in TensorFlow.js: the same graph and weights as its ONNX file, able to learn. */
import * as tf from '@tensorflow/tfjs';
import type { Model } from '../onnx/model.ts';
import { type Graph, NetworkError, readGraph, type Step } from './graph.ts';
import { depthwise, imageConvolution, pointwise, prelu } from './operations.ts';
import { type Part, partNames, type Weights } from './weights.ts';

export type TrainableNetwork = {
  readonly graph: Graph;
  /** Names of the parameters of a part, in the graph's order. */
  names(part: Part): readonly string[];
  /** The variables of a part, in the order of `names`. */
  variables(part: Part): readonly tf.Variable[];
  /** Raw embeddings, `[count, size]`. @param x normalised crops, `[count, height, width, 3]` */
  embed(x: tf.Tensor4D): tf.Tensor2D;
  /** What the trunk makes of crops: the tail's input. */
  trunk(x: tf.Tensor4D): tf.Tensor4D;
  /** Raw embeddings of what the trunk gave. */
  tail(features: tf.Tensor4D): tf.Tensor2D;
  /** Copies of the parameters of a part. */
  read(part: Part): Promise<Map<string, Float32Array>>;
  /** @throws NetworkError for a name that is not a parameter, or a wrong length */
  write(weights: Weights): void;
  dispose(): void;
};

/**
 * Builds the network of an ONNX file on the backend that is set.
 * @throws NetworkError when the graph holds something that is not known here
 */
export function buildNetwork(model: Model): TrainableNetwork {
  const graph = readGraph(model);
  const variables = new Map<string, tf.Variable>();
  const roles = rolesOf(graph.steps);
  const roleOf = (name: string): Role => roles.get(name) as Role;
  for (const { name, dims, data } of graph.parameters.values()) {
    variables.set(
      name,
      tf.tidy(() => tf.variable(fromOnnx(data, dims, roleOf(name)))),
    );
  }
  const variable = <T extends tf.Tensor>(name: string): T => variables.get(name) as tf.Tensor as T;

  const runStep = (step: Step, activation: (name: string) => tf.Tensor): tf.Tensor => {
    const x = activation(step.input) as tf.Tensor4D;
    switch (step.kind) {
      case 'conv': {
        const [w, b] = [variable<tf.Tensor4D>(step.weight), variable<tf.Tensor1D>(step.bias)];
        if (step.depthwise) return depthwise(x, w, b, step);
        if (step.kernel === 1 && step.stride === 1) return pointwise(x, w, b);
        if (step.input === graph.input) return imageConvolution(x, w, b, step);
        throw new NetworkError(`The convolution "${step.output}" is neither pointwise, depthwise nor first.`);
      }
      case 'prelu':
        return prelu(x, variable(step.slope));
      case 'add':
        return tf.add(x, activation(step.other));
      case 'flatten':
        return x.reshape([x.shape[0], -1]);
    }
  };
  const runSteps = (steps: readonly Step[], input: tf.Tensor4D): tf.Tensor => {
    let last: tf.Tensor = input;
    const first = steps[0]?.input ?? '';
    const activations = new Map<string, tf.Tensor>([[first, input]]);
    for (const step of steps) {
      last = runStep(step, (name) => activations.get(name) as tf.Tensor);
      activations.set(step.output, last);
    }
    return last;
  };
  const [trunk, tail] = [graph.steps.slice(0, graph.tailStart), graph.steps.slice(graph.tailStart)];
  const namesOf = { full: partNames(graph, 'full'), tail: partNames(graph, 'tail') };
  return {
    graph,
    names: (part) => namesOf[part],
    variables: (part) => namesOf[part].map((name) => variable<tf.Variable>(name)),
    embed: (x) => tf.tidy(() => runSteps(graph.steps, x) as tf.Tensor2D),
    trunk: (x) => tf.tidy(() => runSteps(trunk, x) as tf.Tensor4D),
    tail: (features) => tf.tidy(() => runSteps(tail, features) as tf.Tensor2D),
    async read(part) {
      const weights = new Map<string, Float32Array>();
      for (const name of namesOf[part]) {
        const inOrder = tf.tidy(() => toOnnx(variable(name), roleOf(name)));
        weights.set(name, Float32Array.from(await inOrder.data()));
        inOrder.dispose();
      }
      return weights;
    },
    write(weights) {
      for (const [name, data] of weights) {
        const dims = graph.parameters.get(name)?.dims;
        const size = dims?.reduce((product, side) => product * side, 1);
        if (!dims || data.length !== size) {
          throw new NetworkError(`"${name}" with ${data.length} values is not a parameter of this network.`);
        }
        tf.tidy(() => variable<tf.Variable>(name).assign(fromOnnx(data, dims, roleOf(name))));
      }
    },
    dispose: () => tf.dispose([...variables.values()]),
  };
}

type Role = 'filters' | 'depthwise' | 'slope' | 'bias';

/** What each parameter is, which says how ONNX lays it out. */
function rolesOf(steps: readonly Step[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const step of steps) {
    if (step.kind === 'prelu') roles.set(step.slope, 'slope');
    if (step.kind !== 'conv') continue;
    roles.set(step.weight, step.depthwise ? 'depthwise' : 'filters');
    roles.set(step.bias, 'bias');
  }
  return roles;
}

/** ONNX `[out, in, k, k]` to `[k, k, in, out]`, depthwise `[channels, 1, k, k]` to `[k, k, channels, 1]`. */
function fromOnnx(data: Float32Array, dims: readonly number[], role: Role): tf.Tensor {
  if (role === 'slope' || role === 'bias') return tf.tensor1d(data);
  return tf.tensor(data, [...dims]).transpose(role === 'depthwise' ? [2, 3, 0, 1] : [2, 3, 1, 0]);
}

function toOnnx(tensor: tf.Tensor, role: Role): tf.Tensor {
  if (role === 'slope' || role === 'bias') return tensor.clone();
  return tensor.transpose(role === 'depthwise' ? [2, 3, 0, 1] : [3, 2, 0, 1]);
}
