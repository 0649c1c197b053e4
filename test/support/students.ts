import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { cropsToInput, normalize } from '../../models/embedding.ts';
import { goldenCrop } from '../../models/golden.ts';
import type { EmbedderEntry } from '../../models/manifest.schema.ts';
import { seededRandom } from '../../models/metrics/random.ts';
import { readGraph } from '../../models/network/graph.ts';
import { partNames, withWeights } from '../../models/network/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { openNetwork } from '../../models/onnx/session.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { type StudentAbout, studentKeys, studentPurposes } from '../../protocol/students.ts';
import { testVault } from './gallery.ts';

export const baseEntry: EmbedderEntry = findModel({ manifest: loadManifest(), task: 'embed' });

export type TestStudent = {
  about: StudentAbout;
  onnx: Uint8Array;
};

/** The embedder with its tail disturbed: near enough to know faces, and far enough that its scores are its own. */
export async function makeStudent(options: {
  seed: number;
  stricterBy: number;
  /** Share of its value by which a weight is off at most. */
  spread?: number;
}): Promise<TestStudent> {
  const { seed, stricterBy, spread = 0.1 } = options;
  const model = readOnnx(await readModel({ entry: baseEntry }));
  const graph = readGraph(model);
  const random = seededRandom(seed);
  const weights = new Map(
    partNames(graph, 'tail').map((name) => {
      const data = graph.parameters.get(name)?.data as Float32Array;
      return [name, data.map((value) => value * (1 - spread + 2 * spread * random()))] as const;
    }),
  );
  const onnx = writeOnnx(withWeights(model, weights));
  const [golden] = await embedCrops(onnx, [goldenCrop()]);
  const about = {
    id: randomUUID(),
    model: baseEntry.name,
    sha256: createHash('sha256').update(onnx).digest('hex'),
    golden: Buffer.from((golden as Float32Array).buffer).toString('base64'),
    thresholds: baseEntry.thresholds.map(({ fmr, cosine, extrapolated }) => ({
      fmr,
      cosine: cosine + stricterBy,
      extrapolated,
    })),
  };
  return { about, onnx };
}

/** Embeddings of length 1 of RGBA crops, by ONNX Runtime. */
export async function embedCrops(
  onnx: Uint8Array,
  crops: readonly (Uint8Array | Uint8ClampedArray)[],
): Promise<Float32Array[]> {
  const network = await openNetwork({ model: onnx });
  const embeddings: Float32Array[] = [];
  for (const crop of crops) {
    const data = cropsToInput({ crops: [crop], input: baseEntry.input });
    const output = await network.run({ data, dims: [1, 3, 112, 112] });
    embeddings.push(normalize(output[baseEntry.output] as Float32Array));
  }
  await network.close();
  return embeddings;
}

/** Puts a version where workers fetch it. */
export async function publishStudent(redis: Redis, { about, onnx }: TestStudent): Promise<void> {
  await redis.hset(studentKeys.version(about.id), {
    about: testVault.seal(studentPurposes.about, Buffer.from(JSON.stringify(about))),
    onnx: testVault.seal(studentPurposes.onnx, onnx),
  });
}

/** Tells the workers which versions to hold ready. */
export async function wantStudents(redis: Redis, ids: readonly string[]): Promise<void> {
  await redis.set(studentKeys.wanted, JSON.stringify({ versions: ids }));
}
