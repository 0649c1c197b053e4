/** How a student does on people it was never trained on; it runs as it would serve, on ONNX Runtime. */
import { cosine, cropsToInput, normalize } from '../embedding.ts';
import { goldenCrop } from '../golden.ts';
import type { EmbedderEntry } from '../manifest.schema.ts';
import { openNetwork } from '../onnx/session.ts';
import { cropOfCamera } from './crops-node.ts';
import { type Accuracy, measureHeldOut } from './held-out.ts';
import { seedOfView } from './shifts.ts';

type HeldOutCrops = {
  readonly gallery: readonly Float32Array[];
  readonly probes: readonly {
    readonly jpeg: Uint8Array;
    readonly seed: number;
    readonly person: number;
    readonly live?: boolean | undefined;
  }[];
  readonly strangers: readonly {
    readonly jpeg: Uint8Array;
    readonly seed: number;
    readonly live?: boolean | undefined;
  }[];
  /** In how many ways the camera sees each crop; live ones are as they were seen. */
  readonly views: number;
};

export type Judge = {
  /** @param model bytes of the student's ONNX file */
  judge(model: Uint8Array): Promise<Accuracy>;
  /**
   * The same with what a threshold table needs.
   * @param cosines rising
   * @returns also its embedding of the golden crop, and how many comparisons of different people reach each cosine
   */
  appraise(
    model: Uint8Array,
    cosines: readonly number[],
  ): Promise<{
    accuracy: Accuracy;
    golden: Float32Array;
    impostors: { comparisons: number; above: number[] };
  }>;
};

/**
 * Prepares the crops once for all students.
 * @param options.shift the camera that probes and strangers are seen by, live ones excepted; undefined: as they are
 * @param options.pause called between crops
 */
export async function createJudge(options: {
  people: HeldOutCrops;
  shift: string | undefined;
  entry: EmbedderEntry;
  pause?: () => void;
}): Promise<Judge> {
  const { people, shift, entry, pause } = options;
  const { gallery } = people;
  const viewsOf = <T extends { seed: number; live?: boolean | undefined }>(crops: readonly T[]) =>
    crops.flatMap((one) =>
      Array.from({ length: one.live || shift === undefined ? 1 : people.views }, (_, view) => ({
        ...one,
        seed: seedOfView(one.seed, view),
        view,
      })),
    );
  const known = viewsOf(people.probes);
  const unknown = viewsOf(people.strangers);
  const seen = async (crops: readonly { jpeg: Uint8Array; seed: number; live?: boolean | undefined }[]) => {
    const pixels: Uint8ClampedArray[] = [];
    for (const { jpeg, seed, live } of crops) {
      pause?.();
      pixels.push(await cropOfCamera({ jpeg, shift: live ? undefined : shift, seed }));
    }
    return pixels;
  };
  const [probes, strangers] = [await seen(known), await seen(unknown)];
  const embedAll = async (model: Uint8Array) => {
    const network = await openNetwork({ model });
    try {
      const embed = async (crop: Uint8ClampedArray) => {
        pause?.();
        const data = cropsToInput({ crops: [crop], input: entry.input });
        const output = await network.run({ data, dims: [1, 3, 112, 112] });
        return normalize(output[entry.output] as Float32Array);
      };
      const embedded: Float32Array[] = [];
      for (const crop of [...probes, ...strangers]) embedded.push(await embed(crop));
      return {
        golden: await embed(goldenCrop()),
        probes: known.map(({ person }, i) => ({ embedding: embedded[i] as Float32Array, person })),
        strangers: embedded.slice(probes.length),
      };
    } finally {
      await network.close();
    }
  };
  return {
    judge: async (model) => measureHeldOut({ gallery, ...(await embedAll(model)) }),
    async appraise(model, cosines) {
      const { golden, ...embedded } = await embedAll(model);
      const impostors = { comparisons: 0, above: cosines.map(() => 0) };
      const compare = (embedding: Float32Array, own: number) => {
        for (const [person, template] of gallery.entries()) {
          if (person === own) continue;
          const score = cosine(embedding, template);
          impostors.comparisons += 1;
          for (const [row, least] of cosines.entries()) {
            if (score >= least) impostors.above[row] = (impostors.above[row] ?? 0) + 1;
          }
        }
      };
      // A second view of a crop is no second person: it would count twice what one comparison tells.
      for (const [i, { embedding, person }] of embedded.probes.entries())
        if (known[i]?.view === 0) compare(embedding, person);
      for (const [i, embedding] of embedded.strangers.entries())
        if (unknown[i]?.view === 0) compare(embedding, -1);
      return { accuracy: measureHeldOut({ gallery, ...embedded }), golden, impostors };
    },
  };
}
