import sharp from 'sharp';
import { alignFace, CROP_SIZE, type RgbaImage } from '../../../models/align.ts';
import { createFaceDetector, type DetectedFace } from '../../../models/detect/face-detector.ts';
import { cropsToInput, meanEmbedding, splitEmbeddings } from '../../../models/embedding.ts';
import type { EmbedderEntry } from '../../../models/manifest.schema.ts';
import { openNetwork } from '../../../models/onnx/session.ts';
import { assessQuality, type Quality } from '../../../models/quality.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';

/** As kiosks encode. */
const JPEG_QUALITY = 92;

/** What a kiosk and a worker make of one frame: undefined where no face was found. */
export type Seen = { quality: Quality; embedding: Float32Array } | undefined;

/** Detection, alignment, quality and embedding as kiosk and worker do them, in this process. */
export async function openEyes(): Promise<{
  entry: EmbedderEntry;
  /** One frame of a kiosk. */
  see(frame: RgbaImage): Promise<Seen>;
  /** A photograph for enrolment: averaged over the mirror image. */
  study(photo: Buffer): Promise<Seen>;
}> {
  const manifest = loadManifest();
  const open = async (task: 'detect' | 'mesh' | 'embed') =>
    openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
  const detector = createFaceDetector({ detector: await open('detect'), mesh: await open('mesh') });
  const network = await open('embed');
  const entry = findModel({ manifest, task: 'embed' });

  const embed = async (crop: Uint8ClampedArray | Uint8Array, flip: boolean): Promise<Float32Array> => {
    const data = cropsToInput({ crops: [crop], input: entry.input, flip });
    const output = (await network.run({ data, dims: [1, 3, CROP_SIZE, CROP_SIZE] }))[entry.output];
    const [embedding] = splitEmbeddings({ output: output ?? new Float32Array(), size: entry.embeddingSize });
    if (!embedding) throw new Error('The embedder gave nothing.');
    return embedding;
  };
  const look = async (image: RgbaImage) => {
    const face = central(await detector.detect(image), image);
    if (!face) return undefined;
    const crop = alignFace({ image, points: face.points });
    return { crop, quality: assessQuality({ crop, points: face.points }) };
  };
  return {
    entry,
    async see(frame) {
      const found = await look(frame);
      if (!found) return undefined;
      const raw = { width: CROP_SIZE, height: CROP_SIZE, channels: 4 } as const;
      const jpeg = await sharp(found.crop, { raw }).jpeg({ quality: JPEG_QUALITY }).toBuffer();
      const crop = await sharp(jpeg).ensureAlpha().raw().toBuffer();
      return { quality: found.quality, embedding: await embed(crop, false) };
    },
    async study(photo) {
      const { data, info } = await sharp(photo).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      const found = await look({ data, width: info.width, height: info.height });
      if (!found) return undefined;
      const embedding = meanEmbedding([await embed(found.crop, false), await embed(found.crop, true)]);
      return { quality: found.quality, embedding };
    },
  };
}

/** The person whom the photograph is of stands in its middle. */
function central(faces: readonly DetectedFace[], image: RgbaImage): DetectedFace | undefined {
  const far = ({ points: [, , [x, y]] }: DetectedFace) =>
    (x - image.width / 2) ** 2 + (y - image.height / 2) ** 2;
  return faces.toSorted((a, b) => far(a) - far(b))[0];
}
