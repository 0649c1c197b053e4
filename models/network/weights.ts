/** The parameters of an embedder, without anything that runs it. */
import type { Model } from '../onnx/model.ts';
import { type Graph, NetworkError, readGraph } from './graph.ts';

/** Values of parameters by the names and in the layout of the ONNX file. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** What learns: the whole network, or what follows the trunk. */
export type Part = 'full' | 'tail';

/** Names of the parameters that a part learns, in the graph's order. */
export function partNames(graph: Graph, part: Part): readonly string[] {
  const steps = part === 'full' ? graph.steps : graph.steps.slice(graph.tailStart);
  return steps.flatMap((step) =>
    step.kind === 'conv' ? [step.weight, step.bias] : step.kind === 'prelu' ? [step.slope] : [],
  );
}

/**
 * The model with other values of its parameters; slopes take what they leave of 1 along.
 * @throws NetworkError for a name that is not a parameter, or a wrong length
 */
export function withWeights(model: Model, weights: Weights): Model {
  const graph = readGraph(model);
  const data = new Map<string, Float32Array>();
  for (const [name, values] of weights) {
    if (graph.parameters.get(name)?.data.length !== values.length) {
      throw new NetworkError(`"${name}" with ${values.length} values is not a parameter of this network.`);
    }
    data.set(name, values);
  }
  for (const step of graph.steps) {
    if (step.kind !== 'prelu') continue;
    const slope = weights.get(step.slope);
    if (slope)
      data.set(
        step.rest,
        slope.map((value) => 1 - value),
      );
  }
  const initializers = model.graph.initializers.map((item) => ({
    ...item,
    data: data.get(item.name) ?? item.data,
  }));
  return { ...model, graph: { ...model.graph, initializers } };
}
