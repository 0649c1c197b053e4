import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { alignFace, type RgbaImage } from '../../../models/align.ts';
import { createFaceDetector, type FaceDetector } from '../../../models/detect/face-detector.ts';
import { createPatientDetector } from '../../../models/detect/patient-detector.ts';
import { cosine, cropsToInput, splitEmbeddings } from '../../../models/embedding.ts';
import { type Network, openNetwork } from '../../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';
import { FACES_DIR, facesMissing } from '../../support/faces.ts';

if (facesMissing) console.log(`skipped: second looks at photographs, because there are ${facesMissing}`);

describe.skipIf(facesMissing)('a second look at a photograph', () => {
  const manifest = loadManifest();
  const open = async (task: 'detect' | 'mesh' | 'embed') =>
    openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
  let once: FaceDetector;
  let patient: FaceDetector;
  let embedder: Network;
  beforeAll(async () => {
    const networks = { detector: await open('detect'), mesh: await open('mesh') };
    once = createFaceDetector(networks);
    patient = createPatientDetector(networks);
    embedder = await open('embed');
  });
  const read = async (name: string): Promise<RgbaImage> => {
    const file = join(FACES_DIR, 'lfw', name.slice(0, -5), `${name}.jpg`);
    const { data, info } = await sharp(readFileSync(file))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  };
  const embed = async (image: RgbaImage) => {
    const [face] = await patient.detect(image);
    if (!face) throw new Error('no face was found');
    const entry = findModel({ manifest, task: 'embed' });
    const crop = alignFace({ image, points: face.points });
    const data = cropsToInput({ crops: [crop], input: entry.input });
    const output = (await embedder.run({ data, dims: [1, 3, 112, 112] }))[entry.output] as Float32Array;
    return splitEmbeddings({ output, size: entry.embeddingSize })[0] as Float32Array;
  };

  // Found in the mirrored picture, without turning it, and in its middle.
  it.each([
    ['Tom_Daschle_0021', 'Tom_Daschle_0001'],
    ['Thomas_Birmingham_0002', 'Thomas_Birmingham_0001'],
    ['Franz_Muentefering_0003', 'Franz_Muentefering_0001'],
    ['George_Clooney_0002', 'George_Clooney_0001'],
  ])('finds the face of %s where the first does not, and the points fit it', async (missed, other) => {
    const image = await read(missed);
    expect(await once.detect(image)).toEqual([]);
    const [face] = await patient.detect(image);
    const [left, right, nose] = face?.points ?? [];
    expect(left?.[0]).toBeLessThan(right?.[0] as number);
    for (const [x, y] of [left, right, nose] as [number, number][]) {
      expect(x).toBeGreaterThan(50);
      expect(x).toBeLessThan(200);
      expect(y).toBeGreaterThan(50);
      expect(y).toBeLessThan(200);
    }
    expect(cosine(await embed(image), await embed(await read(other)))).toBeGreaterThan(0.2);
  });

  it('finds no face where there is none', async () => {
    const noise = new Uint8ClampedArray(200 * 160 * 4).map((_, i) => (i * 2654435761) >>> 24);
    expect(await patient.detect({ data: noise, width: 200, height: 160 })).toEqual([]);
  });
});
