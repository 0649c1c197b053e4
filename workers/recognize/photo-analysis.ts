import sharp from 'sharp';
import { alignFace, CROP_SIZE } from '../../models/align.ts';
import type { DetectedFace, FaceDetector } from '../../models/detect/face-detector.ts';
import { cropsToInput, meanEmbedding, splitEmbeddings } from '../../models/embedding.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Network } from '../../models/onnx/session.ts';
import { assessQuality } from '../../models/quality.ts';
import type { PhotoFace } from '../../protocol/jobs.ts';
import { LIMITS } from '../../protocol/rest.ts';
import { decodeCropImage, UndecodableCropError } from './decode.ts';
import { readPhoto } from './read-photo.ts';
import { explainRefusal } from './refusals.ts';

const CROP_JPEG_QUALITY = 97;
/** As kiosks encode (client/pipeline/encode.ts). */
const LIVE_JPEG_QUALITY = 92;

/** A face as the analysis leaves it; the decision needs the gallery, which is elsewhere. */
export type AnalysedFace = Omit<PhotoFace, 'embedding' | 'liveEmbedding' | 'crop' | 'decision'> & {
  /** Of length 1, averaged over the mirror image. */
  embedding: Float32Array;
  /** Of length 1, as a kiosk's crop would give it. */
  liveEmbedding?: Float32Array;
  /** JPEG of the aligned 112 × 112 crop. */
  crop: Uint8Array;
};

/** Positions are in pixels of the upright photo; the largest face comes first. */
export type PhotoAnalysis = {
  width: number;
  height: number;
  faces: AnalysedFace[];
  /** ms */
  timings: { read: number; detect: number; align: number; embed: number };
};

/**
 * Finds, aligns, judges and embeds the faces of an uploaded photo.
 * @param options.bytes the file as it was uploaded
 * @param options.live also embed each face as a kiosk's crop would be
 * @throws {PhotoRefusedError} when it is not a picture that can be used
 */
export async function analysePhoto(options: {
  bytes: Uint8Array;
  detector: FaceDetector;
  embedder: Network;
  entry: EmbedderEntry;
  live?: boolean;
}): Promise<PhotoAnalysis> {
  const { bytes, detector, embedder, entry, live = false } = options;
  const timings = { read: 0, detect: 0, align: 0, embed: 0 };
  const timed = async <T>(stage: keyof typeof timings, work: () => T | Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    timings[stage] += performance.now() - startedAt;
    return result;
  };
  const { image, width, height, scale } = await timed('read', () => readPhoto(bytes));
  const area = ({ box }: DetectedFace) => box.width * box.height;
  const detected = (await timed('detect', () => detector.detect(image))).toSorted(
    (a, b) => area(b) - area(a),
  );

  const faces: AnalysedFace[] = [];
  for (const { box, points, score } of detected.slice(0, LIMITS.facesPerPhoto)) {
    const { crop, quality } = await timed('align', () => {
      const crop = alignFace({ image, points });
      return { crop, quality: assessQuality({ crop, points }) };
    });
    const refusal = explainRefusal(quality);
    const { refusal: _, ...components } = quality;
    faces.push({
      box: {
        x: box.x / scale,
        y: box.y / scale,
        width: box.width / scale,
        height: box.height / scale,
      },
      landmarks: points.map(([x, y]) => ({ x: x / scale, y: y / scale })),
      score,
      quality: components,
      ...(refusal ? { refusal } : {}),
      embedding: await timed('embed', () => embedWithMirror({ crop, embedder, entry })),
      ...(live ? { liveEmbedding: await timed('embed', () => embedAsLive({ crop, embedder, entry })) } : {}),
      crop: await encodeCrop(crop, CROP_JPEG_QUALITY),
    });
  }
  return { width, height, faces, timings };
}

/**
 * Embeds aligned crops as templates are.
 * @param options.crops JPEGs of 112 × 112
 * @returns in their order: of length 1, averaged over the mirror image; null for a crop that gives none
 */
export async function embedCrops(options: {
  crops: readonly Uint8Array[];
  embedder: Network;
  entry: EmbedderEntry;
}): Promise<(Float32Array | null)[]> {
  const { crops, embedder, entry } = options;
  const embeddings: (Float32Array | null)[] = [];
  for (const bytes of crops) {
    try {
      const crop = decodeCropImage({ codec: 'jpeg', bytes });
      embeddings.push(await embedWithMirror({ crop, embedder, entry }));
    } catch (error) {
      // Not a JPEG of that size, or an output without a direction: any other error is the engine's.
      if (!(error instanceof UndecodableCropError || error instanceof RangeError)) throw error;
      embeddings.push(null);
    }
  }
  return embeddings;
}

type Embedding = { crop: Uint8ClampedArray | Uint8Array; embedder: Network; entry: EmbedderEntry };

async function embedWithMirror({ crop, embedder, entry }: Embedding): Promise<Float32Array> {
  return meanEmbedding([
    await embed({ crop, embedder, entry }),
    await embed({ crop, embedder, entry, flip: true }),
  ]);
}

async function embedAsLive({ crop, ...options }: Embedding): Promise<Float32Array> {
  const jpeg = await encodeCrop(crop, LIVE_JPEG_QUALITY);
  return embed({ crop: await sharp(jpeg).ensureAlpha().raw().toBuffer(), ...options });
}

async function embed(options: Embedding & { flip?: boolean }): Promise<Float32Array> {
  const { crop, embedder, entry, flip = false } = options;
  const data = cropsToInput({ crops: [crop], input: entry.input, flip });
  const output = (await embedder.run({ data, dims: [1, 3, CROP_SIZE, CROP_SIZE] }))[entry.output];
  const [embedding] = splitEmbeddings({ output: output ?? new Float32Array(), size: entry.embeddingSize });
  if (!embedding) throw new Error(`The embedder ${entry.name} gave no "${entry.output}".`);
  return embedding;
}

async function encodeCrop(crop: Uint8ClampedArray | Uint8Array, quality: number): Promise<Uint8Array> {
  const raw = { width: CROP_SIZE, height: CROP_SIZE, channels: 4 } as const;
  return sharp(crop, { raw }).removeAlpha().jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}
