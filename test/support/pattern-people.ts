import sharp from 'sharp';
import { seededRandom } from '../../models/metrics/random.ts';
import { readModel } from '../../models/registry.ts';
import type { PeopleStore } from '../../server/people/people.store.ts';
import { baseEntry, embedCrops } from './students.ts';

const SIDE = 9;

/** Crops of a made-up person: a soft pattern of colours that is theirs, a little different in each photo. */
async function patternCrops(seed: number, count: number): Promise<Buffer[]> {
  const random = seededRandom(seed * 7919 + 1);
  for (let i = 0; i < 8; i++) random();
  const own = Array.from({ length: SIDE * SIDE * 3 }, () => 40 + 180 * random());
  return Promise.all(
    Array.from({ length: count }, () => {
      const pixels = Buffer.from(
        own.map((value) => Math.max(0, Math.min(255, value + 30 * (random() - 0.5)))),
      );
      return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .resize(112, 112, { kernel: 'cubic' })
        .jpeg({ quality: 95 })
        .toBuffer();
    }),
  );
}

/** One crop of a made-up person. */
export const patternCrop = async (seed: number): Promise<Buffer> =>
  (await patternCrops(seed, 1))[0] as Buffer;

/** Enrols made-up people whose crops the embedder really embeds. @returns their ids */
export async function enrolPatterns(
  people: PeopleStore,
  options: { count: number; photos: number; from?: number },
): Promise<string[]> {
  const onnx = await readModel({ entry: baseEntry });
  const ids: string[] = [];
  for (let n = 0; n < options.count; n++) {
    const crops = await patternCrops((options.from ?? 0) + n, options.photos);
    const pixels = await Promise.all(crops.map((crop) => sharp(crop).ensureAlpha().raw().toBuffer()));
    const embeddings = await embedCrops(onnx, pixels);
    const { id } = await people.create({
      name: `Pattern ${n}`,
      externalId: undefined,
      consent: undefined,
      templates: crops.map((referenceCrop, i) => ({
        model: baseEntry.name,
        embedding: embeddings[i] as Float32Array,
        referenceCrop,
        quality: 0.9,
      })),
      by: 'test',
    });
    ids.push(id);
  }
  return ids;
}
