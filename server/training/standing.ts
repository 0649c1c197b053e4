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
function cropsOf({ views, gallery, probes, strangers }: HeldOutPeople) {
  return {
    views,
    gallery: gallery.map((vector) => embeddingFromBytes(Buffer.from(vector, 'base64'))),
    probes: probes.map(({ crop, ...rest }) => ({ ...rest, jpeg: Buffer.from(crop, 'base64') })),
    strangers: strangers.map(({ crop, ...rest }) => ({ ...rest, jpeg: Buffer.from(crop, 'base64') })),
  };
}

/**
 * What is remembered of those who arrived before the last group: means over the groups, each with the weight of its
 * probes.
 * @param options.afterGroup the ONNX file that served when that group had been learnt from, and the next one had not
 * @returns undefined where nobody of them has a photo that was not trained on
 */
export async function rememberedOf(options: {
  earlier: readonly HeldOutPeople[];
  shift: string;
  entry: EmbedderEntry;
  afterGroup: (group: number) => Promise<Uint8Array>;
  atEnd: Uint8Array;
  centralised: Uint8Array;
}) {
  const { earlier, shift, entry, afterGroup, atEnd, centralised } = options;
  const groups: { people: number; atFirst: Accuracy; atEnd: Accuracy; centralised: Accuracy }[] = [];
  for (const [group, held] of earlier.entries()) {
    if (held.probes.length === 0) continue;
    const judge = await createJudge({ people: cropsOf(held), shift, entry });
    groups.push({
      people: held.probes.length,
      atFirst: await judge.judge(await afterGroup(group)),
      atEnd: await judge.judge(atEnd),
      centralised: await judge.judge(centralised),
    });
  }
  const people = groups.reduce((sum, group) => sum + group.people, 0);
  if (people === 0) return undefined;
  const mean = (by: 'atFirst' | 'atEnd' | 'centralised'): Accuracy => {
    const of = (figure: keyof Accuracy) =>
      groups.reduce((sum, group) => sum + group[by][figure] * group.people, 0) / people;
    return { rank1: of('rank1'), tpirAtFpir: of('tpirAtFpir'), meanTpir: of('meanTpir') };
  };
  return { people, atFirst: mean('atFirst'), atEnd: mean('atEnd'), centralised: mean('centralised') };
}
