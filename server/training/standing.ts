/** How good a student is on crops of the difficult camera, and on those of a clean one. */
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Accuracy } from '../../models/training/held-out.ts';
import { createJudge } from '../../models/training/judge-node.ts';
import type { HeldOutPeople } from '../../protocol/training.ts';
import { embeddingFromBytes } from '../people/template.ts';

/** At `FPIR` 1 %, on people never trained on. */
export type Standing = { readonly shifted: Accuracy; readonly clean: Accuracy };

/** @returns how a student stands, of its ONNX file */
export async function createStandingJudge(options: {
  people: HeldOutPeople;
  shift: string;
  entry: EmbedderEntry;
}) {
  const people = cropsOf(options.people);
  const { entry } = options;
  const [shifted, clean] = [
    await createJudge({ people, shift: options.shift, entry }),
    await createJudge({ people, shift: undefined, entry }),
  ];
  return async (model: Uint8Array): Promise<Standing> => ({
    shifted: await shifted.judge(model),
    clean: await clean.judge(model),
  });
}

/** Their crops and templates, out of base64. */
export function cropsOf({ views, gallery, probes, strangers }: HeldOutPeople) {
  return {
    views,
    gallery: gallery.map((vector) => embeddingFromBytes(Buffer.from(vector, 'base64'))),
    probes: probes.map(({ crop, ...rest }) => ({ ...rest, jpeg: Buffer.from(crop, 'base64') })),
    strangers: strangers.map(({ crop, ...rest }) => ({ ...rest, jpeg: Buffer.from(crop, 'base64') })),
  };
}
