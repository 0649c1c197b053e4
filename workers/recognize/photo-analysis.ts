import sharp from 'sharp';
import { alignFace, CROP_SIZE } from '../../models/align.ts';
import type { DetectedFace, FaceDetector } from '../../models/detect/face-detector.ts';
import { cropsToInput, meanEmbedding, splitEmbeddings } from '../../models/embedding.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import type { Network } from '../../models/onnx/session.ts';
import { assessQuality } from '../../models/quality.ts';
import type { PhotoFace } from '../../protocol/jobs.ts';
import { LIMITS } from '../../protocol/rest.ts';
import { readPhoto } from './read-photo.ts';
import { explainRefusal } from './refusals.ts';

const CROP_JPEG_QUALITY = 97;

/** A face as the analysis leaves it; the decision needs the gallery, which is elsewhere. */
export type AnalysedFace = Omit<PhotoFace, 'embedding' | 'crop' | 'decision'> & {
  /** Of length 1, averaged over the mirror image. */
  embedding: Float32Array;
  /** JPEG of the aligned 112 × 112 crop. */
  crop: Uint8Array;
};

/** Positions are in pixels of the upright photo; the largest face comes first. */
export type PhotoAnalysis = { width: number; height: number; faces: AnalysedFace[] };

/**
 * Finds, aligns, judges and embeds the faces of an uploaded photo.
 * @param options.bytes the file as it was uploaded
 * @throws {PhotoRefusedError} when it is not a picture that can be used
 */
export async function analysePhoto(options: {
  bytes: Uint8Array;
  detector: FaceDetector;
  embedder: Network;
  entry: EmbedderEntry;
}): Promise<PhotoAnalysis> {
  const { bytes, detector, embedder, entry } = options;
  const { image, width, height, scale } = await readPhoto(bytes);
  const area = ({ box }: DetectedFace) => box.width * box.height;
  const detected = (await detector.detect(image)).toSorted((a, b) => area(b) - area(a));

  const faces: AnalysedFace[] = [];
  for (const { box, points, score } of detected.slice(0, LIMITS.facesPerPhoto)) {
    const crop = alignFace({ image, points });
    const quality = assessQuality({ crop, points });
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
      embedding: await embedWithMirror({ crop, embedder, entry }),
      crop: await encodeCrop(crop),
    });
  }
  return { width, height, faces };
}

async function embedWithMirror(options: {
  crop: Uint8ClampedArray;
  embedder: Network;
  entry: EmbedderEntry;
}): Promise<Float32Array> {
  const { crop, embedder, entry } = options;
  const embeddings: Float32Array[] = [];
  for (const flip of [false, true]) {
    const data = cropsToInput({ crops: [crop], input: entry.input, flip });
    const output = (await embedder.run({ data, dims: [1, 3, CROP_SIZE, CROP_SIZE] }))[entry.output];
    embeddings.push(...splitEmbeddings({ output: output ?? new Float32Array(), size: entry.embeddingSize }));
  }
  return meanEmbedding(embeddings);
}

async function encodeCrop(crop: Uint8ClampedArray): Promise<Uint8Array> {
  const raw = { width: CROP_SIZE, height: CROP_SIZE, channels: 4 } as const;
  return sharp(crop, { raw })
    .removeAlpha()
    .jpeg({ quality: CROP_JPEG_QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
