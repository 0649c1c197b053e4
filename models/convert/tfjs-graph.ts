import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** An attribute as TensorFlow.js writes it; strings are base64. */
const attribute = z.object({
  s: z.string().optional(),
  i: z.string().optional(),
  list: z.object({ s: z.array(z.string()).optional(), i: z.array(z.string()).optional() }).optional(),
});

const graphModel = z.object({
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attribute.loose()).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.int()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z.object({ dtype: z.literal('float16') }).optional(),
        }),
      ),
    }),
  ),
});

export type Weight = { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array };

export type TfjsNode = {
  readonly name: string;
  readonly op: string;
  /** Names of nodes, without control edges and output numbers. */
  readonly inputs: readonly string[];
  readonly strings: (name: string) => readonly string[];
  readonly ints: (name: string) => readonly number[];
};

/** A TensorFlow.js graph model: nodes by name, constants by name. */
export type TfjsGraph = {
  readonly nodes: ReadonlyMap<string, TfjsNode>;
  readonly weights: ReadonlyMap<string, Weight>;
};

/**
 * Loads a TensorFlow.js graph model from disk.
 * @param file path of its `.json`; the weight files lie beside it
 * @throws ZodError when it is something else, or holds weights of an unsupported kind
 */
export async function loadTfjsGraph(file: string): Promise<TfjsGraph> {
  const model = graphModel.parse(JSON.parse(await readFile(file, 'utf8')));
  const weights = new Map<string, Weight>();
  for (const group of model.weightsManifest) {
    const files = group.paths.map((name) => readFile(path.join(path.dirname(file), name)));
    const bytes = Buffer.concat(await Promise.all(files));
    let at = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      const count = shape.reduce((product, size) => product * size, 1);
      const width = quantization ? 2 : 4;
      const read = (i: number) => {
        const offset = at + i * width;
        if (quantization) return halfToFloat(bytes.readUInt16LE(offset));
        return dtype === 'int32' ? bytes.readInt32LE(offset) : bytes.readFloatLE(offset);
      };
      const data = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
      for (let i = 0; i < count; i++) data[i] = read(i);
      weights.set(name, { shape, data });
      at += count * width;
    }
  }

  const nodes = new Map<string, TfjsNode>();
  for (const { name, op, input, attr } of model.modelTopology.node) {
    nodes.set(name, {
      name,
      op,
      inputs: input.filter((from) => !from.startsWith('^')).map((from) => from.split(':')[0] as string),
      strings: (key) => {
        const found = attr[key];
        return (found?.list?.s ?? (found?.s === undefined ? [] : [found.s])).map(decode);
      },
      ints: (key) => (attr[key]?.list?.i ?? []).map(Number),
    });
  }
  return { nodes, weights };
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** IEEE 754 half precision to number. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
