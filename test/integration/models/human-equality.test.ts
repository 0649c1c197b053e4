import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alignFace,
  type FivePoints,
  fivePointsFromMesh,
  type Point,
  type RgbaImage,
  similarityToTemplate,
} from '../../../models/align.ts';
import { createFaceDetector, type FaceDetector } from '../../../models/detect/face-detector.ts';
import { padToSquare } from '../../../models/detect/frame.ts';
import { cosine, cropsToInput, splitEmbeddings } from '../../../models/embedding.ts';
import { type Network, openNetwork } from '../../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';
import { findChromium } from '../../support/browser.ts';
import { type HumanFace, startHuman } from './human-in-chromium.ts';
import { decode, groupPhotographs, NO_PHOTOGRAPHS, somePhotographs } from './photographs.ts';

const reason = NO_PHOTOGRAPHS ?? (findChromium() ? undefined : 'no Chromium');
if (reason) console.warn(`Skipped, equality with Human in the browser: ${reason}`);

const manifest = loadManifest();
const embedder = findModel({ manifest, task: 'embed' });

describe.skipIf(reason)('server-side detection against Human in the browser', () => {
  let human: Awaited<ReturnType<typeof startHuman>>;
  let detector: FaceDetector;
  let networks: Network[];

  beforeAll(async () => {
    const open = async (task: 'detect' | 'mesh' | 'embed') =>
      openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
    networks = await Promise.all([open('detect'), open('mesh'), open('embed')]);
    const [detect, mesh] = networks as [Network, Network, Network];
    detector = createFaceDetector({ detector: detect, mesh });
    human = await startHuman();
  });

  afterAll(async () => {
    await human?.close();
    await Promise.all(networks.map((network) => network.close()));
  });

  const embed = async (image: RgbaImage, points: FivePoints): Promise<Float32Array> => {
    const input = cropsToInput({ crops: [alignFace({ image, points })], input: embedder.input });
    const output = await (networks[2] as Network).run({ data: input, dims: [1, 3, 112, 112] });
    const [embedding] = splitEmbeddings({
      output: output.embedding as Float32Array,
      size: embedder.embeddingSize,
    });
    return embedding as Float32Array;
  };

  it.each([
    { name: 'portraits and groups', photos: [...somePhotographs(60), ...groupPhotographs()], tilt: 0 },
    { name: 'portraits tilted by 35°', photos: somePhotographs(200), tilt: 35 },
  ])(
    'finds the same faces, aligned alike, in $name',
    async ({ photos, tilt }) => {
      const inImage: number[] = [];
      const inCrop: number[] = [];
      const cosines: number[] = [];
      for (const file of photos) {
        const image = await decode(file, tilt);
        const ours = await detector.detect(image);
        const theirs = await human.detect(padToSquare(image));
        expect(ours.length, file).toBe(theirs.length);
        expect(ours.length, file).toBeGreaterThan(0);
        for (const face of ours) {
          const points = fivePointsFromMesh(nearest(theirs, face.box).mesh);
          const { a, b } = similarityToTemplate(points);
          const scale = Math.sqrt(a * a + b * b);
          const apart = face.points.map((p, i) => distance(p, points[i] as Point));
          inImage.push(...apart);
          inCrop.push(...apart.map((pixels) => scale * pixels));
          cosines.push(cosine(await embed(image, face.points), await embed(image, points)));
        }
      }
      const sorted = inCrop.toSorted((p, q) => p - q);
      const quantile = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number;
      const least = Math.min(...cosines);
      console.log(
        `${cosines.length} faces: landmarks apart by median ${quantile(0.5).toFixed(3)}, 98 % within ` +
          `${quantile(0.98).toFixed(3)}, at most ${quantile(1).toFixed(3)} px of the crop; ` +
          `embeddings' cosine at least ${least.toFixed(6)}`,
      );
      expect(quantile(0.5)).toBeLessThan(0.1);
      expect(quantile(0.9)).toBeLessThan(0.5);
      // Landmarks are truncated, so the engines' rounding may set one a pixel aside, but no further.
      expect(Math.max(...inImage)).toBeLessThanOrEqual(Math.SQRT2);
      expect(least).toBeGreaterThanOrEqual(0.99);
    },
    120_000,
  );
});

function nearest(faces: readonly HumanFace[], box: { x: number; y: number }): HumanFace {
  const far = (face: HumanFace) => distance([face.box[0], face.box[1]], [box.x, box.y]);
  return faces.toSorted((a, b) => far(a) - far(b))[0] as HumanFace;
}

function distance(p: readonly [number, number], q: readonly [number, number]): number {
  return Math.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2);
}
