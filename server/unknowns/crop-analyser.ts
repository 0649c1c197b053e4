import { Transformer } from '@napi-rs/image';
import { TEMPLATE } from '../../models/align.ts';
import { assessQuality, type Refusal } from '../../models/quality.ts';
import { CROP_SIDE } from '../../protocol/crop.ts';
import type { PhotoAnswer } from '../../protocol/jobs.ts';
import { embeddingToBytes } from '../people/template.ts';
import type { BulkLane } from '../queue/bulk.ts';
import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import type { UnknownCrop } from './unknown.store.ts';

type Refused = Extract<PhotoAnswer['result'], { outcome: 'refused' }>;

const REFUSALS: Partial<Record<Refusal, string>> = {
  'too-dark': 'The face is too dark to be enrolled. Choose another picture.',
  'too-bright': 'The face is too bright to be enrolled. Choose another picture.',
  blurred: 'The face is too blurred to be enrolled. Choose another picture.',
};

/**
 * Analyses crops of sightings as uploaded photos are, so that the same checks decide whether they become templates.
 * They are aligned already: what is found is one face. Its quality is what the server sees in the picture, and at most
 * what the kiosk said of it, which alone knew the size and the turn of the face.
 * @param options.crops what may be analysed: the bytes given to `analyse` are one of these
 */
export function createCropAnalyser(options: {
  crops: readonly UnknownCrop[];
  lane: Pick<BulkLane, 'embedCrops' | 'search'>;
  model: () => string;
}): PhotoAnalyser {
  const { crops, lane, model } = options;
  const told = new Map<Uint8Array, number>(crops.map(({ crop, quality }) => [crop, quality]));
  return {
    async analyse({ bytes, match }) {
      const name = model();
      const startedAt = performance.now();
      const [embedding] = await lane.embedCrops({ crops: [bytes], model: name });
      if (!embedding) return unreadable();
      const embed = performance.now() - startedAt;
      const [decision] = match ? await lane.search({ embeddings: [embedding], model: name }) : [];
      const rgb = await new Transformer(bytes).rawPixels();
      const { refusal, ...seen } = assessQuality({ crop: rgbaOf(rgb), points: TEMPLATE });
      const message = refusal && REFUSALS[refusal];
      return {
        outcome: 'analysed',
        model: name,
        width: CROP_SIDE,
        height: CROP_SIDE,
        faces: [
          {
            box: { x: 0, y: 0, width: CROP_SIDE, height: CROP_SIDE },
            landmarks: TEMPLATE.map(([x, y]) => ({ x, y })),
            score: 1,
            quality: { ...seen, score: Math.min(seen.score, told.get(bytes) ?? 0) },
            ...(refusal && message ? { refusal: { code: refusal, message } } : {}),
            embedding: embeddingToBytes(embedding).toString('base64'),
            crop: Buffer.from(bytes).toString('base64'),
            ...(decision ? { decision } : {}),
          },
        ],
        timings: { read: 0, detect: 0, align: 0, embed },
      };
    },
  };
}

function unreadable(): Refused {
  return {
    outcome: 'refused',
    code: 'unreadable',
    message: 'The picture cannot be read. Choose another one.',
  };
}

/** The worker has embedded it: it is of that size and in colour. */
function rgbaOf(rgb: Uint8Array): Uint8Array {
  const pixels = CROP_SIDE * CROP_SIDE;
  const rgba = new Uint8Array(pixels * 4).fill(255);
  for (let i = 0; i < pixels; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  return rgba;
}
