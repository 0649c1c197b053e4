import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CROP_SIZE } from '../../models/align.ts';
import { cropsToInput, normalize, splitEmbeddings } from '../../models/embedding.ts';
import { goldenCrop } from '../../models/golden.ts';
import { addedSchema, type EmbedderEntry, embedderSchema } from '../../models/manifest.schema.ts';
import { inspectOnnx } from '../../models/onnx/inspect.ts';
import { openNetwork } from '../../models/onnx/session.ts';
import { ADDED_MANIFEST, loadAdded } from '../../models/registry.ts';
import { embeddingToBytes } from '../people/template.ts';
import { copyModel, fingerprint, ModelInstallError } from './model-files.ts';

const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);

/** What nobody can read from the file: who made it, of what, and how it wants its pixels. */
export const modelDescriptionSchema = z.strictObject({
  name: embedderSchema.shape.name,
  licence: z.string().min(1).describe('SPDX identifier'),
  trainingData: z.string().min(1),
  source: z.string().min(1),
  colour: z.enum(['rgb', 'bgr']).default('rgb'),
  /** Of each channel: (value − mean) / std, value 0 to 255. */
  mean: threeNumbers.default([127.5, 127.5, 127.5]),
  std: threeNumbers.default([128, 128, 128]),
});
export type GivenDescription = z.infer<typeof modelDescriptionSchema>;

/** Nobody reaches them: a model whose scores were not measured names nobody. */
const UNMEASURED: Pick<EmbedderEntry, 'calibrated' | 'thresholds' | 'verification'> = {
  calibrated: false,
  thresholds: [
    { fmr: 0.01, cosine: 0.9999, extrapolated: true },
    { fmr: 1e-7, cosine: 1, extrapolated: true },
  ],
  verification: { slope: 1, intercept: 0 },
};

/**
 * Adds an embedder that the project does not know: runs it, keeps what it gives for the golden crop, and puts file
 * and description into `folder`.
 * @param input.taken names that are used already
 * @throws {ModelInstallError} when it is no embedder of aligned faces
 */
export async function addUnknownModel(input: {
  file: string;
  description: GivenDescription;
  folder: string;
  taken: readonly string[];
}): Promise<EmbedderEntry> {
  const { file, description, folder, taken } = input;
  const { name, licence, trainingData, source, colour, mean, std } = description;
  if (taken.includes(name))
    throw new ModelInstallError(`There is a model ${name} already. Choose another name.`);
  const { sha256, bytes } = await fingerprint(file);
  const pixels = { layout: 'NCHW', colour, mean, std } as const;
  const tested = await selfTest({ model: await readFile(file), pixels });
  const entry = embedderSchema.extend({ optional: z.literal(true) }).parse({
    name,
    file: `${name}.onnx`,
    optional: true,
    bytes,
    sha256,
    source,
    licence: { spdx: licence, note: 'As told by whoever added it.' },
    trainingData,
    task: 'embed',
    ...tested,
    ...UNMEASURED,
  });
  await copyModel({ entry, folder, file });
  await saveAdded({ folder, entry });
  return entry;
}

/** Puts an entry into the folder's own manifest, in place of one of the same name. */
async function saveAdded(input: { folder: string; entry: EmbedderEntry }): Promise<void> {
  const { folder, entry } = input;
  const place = join(folder, ADDED_MANIFEST);
  const before = await readFile(place).then(
    () => loadAdded({ folder }),
    () => [],
  );
  const models = [...before.filter(({ name }) => name !== entry.name), entry];
  const text = JSON.stringify(addedSchema.parse({ version: 1, models }), null, 2);
  await writeFile(`${place}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${place}.new`, place);
}

type Tested = Pick<EmbedderEntry, 'input' | 'output' | 'embeddingSize' | 'golden'>;

/** Runs the model on synthetic crops. @throws {ModelInstallError} saying what is not as it must be */
async function selfTest(options: {
  model: Uint8Array;
  pixels: Pick<EmbedderEntry['input'], 'layout' | 'colour' | 'mean' | 'std'>;
}): Promise<Tested> {
  const { model, pixels } = options;
  const refuse = (why: string, cause?: unknown): never => {
    throw new ModelInstallError(`The file is no embedder that can be used here: ${why}.`, { cause });
  };
  const { inputs, outputs } = await inspectOnnx(model).catch((cause: unknown) =>
    refuse(`ONNX Runtime cannot open it (${cause instanceof Error ? cause.message : String(cause)})`, cause),
  );
  const [into, more] = inputs;
  const [out] = outputs;
  if (!into || more || !out) return refuse(`it has ${inputs.length} inputs; one is needed`);
  const [batch, ...picture] = into.shape;
  const expected = [3, CROP_SIZE, CROP_SIZE];
  if (
    picture.length !== 3 ||
    picture.some((size, i) => typeof size === 'number' && size > 0 && size !== expected[i])
  ) {
    return refuse(`its input is [${into.shape.join(', ')}]; [N, 3, ${CROP_SIZE}, ${CROP_SIZE}] is needed`);
  }
  const oneByOne = batch === 1;
  const input = { ...pixels, name: into.name, shape: [oneByOne ? 1 : ('N' as const), ...expected] };
  const network = await openNetwork({ model, oneByOne });
  try {
    const crops = [goldenCrop(), goldenCrop().map((value) => 255 - value)];
    const data = cropsToInput({ crops, input });
    const output = (await network.run({ data, dims: [crops.length, ...expected] }))[out.name];
    if (!output || output.length === 0 || output.length % crops.length !== 0) {
      return refuse(`its output ${out.name} gives ${output?.length ?? 0} numbers for ${crops.length} crops`);
    }
    const embeddingSize = output.length / crops.length;
    if (embeddingSize < 16 || embeddingSize > 4096) {
      return refuse(`an embedding has ${embeddingSize} numbers; 16 to 4096 are accepted`);
    }
    const [golden] = splitEmbeddings({ output, size: embeddingSize });
    if (!golden) return refuse('it gives no embedding');
    return {
      input,
      output: out.name,
      embeddingSize,
      golden: embeddingToBytes(normalize(golden)).toString('base64'),
    };
  } catch (cause) {
    if (cause instanceof ModelInstallError) throw cause;
    return refuse(`it does not run (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  } finally {
    await network.close();
  }
}
