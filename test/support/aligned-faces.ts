import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { createFaceDetector } from '../../models/detect/face-detector.ts';
import { openNetwork } from '../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { analysePhoto } from '../../workers/recognize/photo-analysis.ts';

export type AlignedFace = { embedding: Float32Array; crop: Uint8Array };

/** Reads photographs as the workers do: the largest face's embedding and its 112 × 112 JPEG. */
export async function createFaceReader(): Promise<(file: string) => Promise<AlignedFace | undefined>> {
  const manifest = loadManifest();
  const open = async (task: 'detect' | 'mesh' | 'embed') =>
    openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
  const detector = createFaceDetector({ detector: await open('detect'), mesh: await open('mesh') });
  const embedder = await open('embed');
  const entry = findModel({ manifest, task: 'embed' });
  sharp.concurrency(1);
  return async (file) =>
    (await analysePhoto({ bytes: readFileSync(file), detector, embedder, entry })).faces[0];
}
