import type { PhotoAnswer, PhotoFace } from '../../protocol/jobs.ts';
import { embeddingToBytes } from '../../server/people/template.ts';
import { testEmbedding } from './gallery.ts';

/** A face as a worker reports it. */
export function reportedFace(
  options: {
    embedding?: Float32Array;
    score?: number;
    refusal?: PhotoFace['refusal'];
    decision?: PhotoFace['decision'];
  } = {},
): PhotoFace {
  const { embedding = testEmbedding(1), score = 0.8, refusal, decision } = options;
  return {
    box: { x: 10, y: 20, width: 100, height: 120 },
    landmarks: Array.from({ length: 5 }, (_, i) => ({ x: 30 + i * 10, y: 60 })),
    score: 0.99,
    quality: { score, interEyePx: 60, sharpness: 0.7, brightness: 0.5, yaw: 0, pitch: 0 },
    embedding: embeddingToBytes(embedding).toString('base64'),
    crop: Buffer.from('crop').toString('base64'),
    ...(refusal ? { refusal } : {}),
    ...(decision ? { decision } : {}),
  };
}

/** A photo as a worker reports it. */
export function analysedPhoto(
  filename: string,
  faces: PhotoFace[],
): { filename: string; analysis: PhotoAnswer['result'] } {
  return {
    filename,
    analysis: {
      outcome: 'analysed',
      model: 'mobilefacenet-192',
      width: 640,
      height: 480,
      faces,
      timings: { read: 1, detect: 1, align: 1, embed: 1 },
    },
  };
}

/** Like `base`, at about the given cosine to it. */
export function lookalike(base: Float32Array, seed: number, cosine: number): Float32Array {
  const noise = testEmbedding(seed, base.length);
  let along = 0;
  for (let i = 0; i < base.length; i++) along += (noise[i] as number) * (base[i] as number);
  const across = noise.map((value, i) => value - along * (base[i] as number));
  const length = Math.hypot(...across);
  const sine = Math.sqrt(1 - cosine * cosine);
  return base.map((value, i) => cosine * value + (sine * (across[i] as number)) / length);
}
