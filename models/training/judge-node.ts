/** How a student does on people it was never trained on; it runs as it would serve, on ONNX Runtime. */
import { cropsToInput, normalize } from '../embedding.ts';
import type { EmbedderEntry } from '../manifest.schema.ts';
import { openNetwork } from '../onnx/session.ts';
import { cropOfCamera } from './crops-node.ts';
import { type Accuracy, measureHeldOut } from './held-out.ts';

type HeldOutCrops = {
  readonly gallery: readonly Float32Array[];
  readonly probes: readonly { readonly jpeg: Uint8Array; readonly seed: number; readonly person: number }[];
  readonly strangers: readonly { readonly jpeg: Uint8Array; readonly seed: number }[];
};

export type Judge = {
  /** @param model bytes of the student's ONNX file */
  judge(model: Uint8Array): Promise<Accuracy>;
};

/**
 * Prepares the crops once for all students.
 * @param options.shift the camera that probes and strangers are seen by; undefined: as they are
 */
export async function createJudge(options: {
  people: HeldOutCrops;
  shift: string | undefined;
  entry: EmbedderEntry;
}): Promise<Judge> {
  const { people, shift, entry } = options;
  const seen = async (crops: readonly { jpeg: Uint8Array; seed: number }[]) => {
    const pixels: Uint8ClampedArray[] = [];
    for (const { jpeg, seed } of crops) pixels.push(await cropOfCamera({ jpeg, shift, seed }));
    return pixels;
  };
  const [probes, strangers] = [await seen(people.probes), await seen(people.strangers)];
  return {
    async judge(model) {
      const network = await openNetwork({ model });
      try {
        const embed = async (crop: Uint8ClampedArray) => {
          const data = cropsToInput({ crops: [crop], input: entry.input });
          const output = await network.run({ data, dims: [1, 3, 112, 112] });
          return normalize(output[entry.output] as Float32Array);
        };
        const embedded: Float32Array[] = [];
        for (const crop of [...probes, ...strangers]) embedded.push(await embed(crop));
        return measureHeldOut({
          gallery: people.gallery,
          probes: people.probes.map(({ person }, i) => ({ embedding: embedded[i] as Float32Array, person })),
          strangers: embedded.slice(probes.length),
        });
      } finally {
        await network.close();
      }
    },
  };
}
