import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cropsToInput, splitEmbeddings } from '../../../models/embedding.ts';
import { checkGolden, goldenCrop } from '../../../models/golden.ts';
import { openNetwork } from '../../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';
import { OPTIONAL_MODEL, optionalModelMissing } from '../../support/optional-models.ts';

const manifest = loadManifest();
const entry = findModel({ manifest, task: 'embed', name: OPTIONAL_MODEL.name });
if (optionalModelMissing) console.log(`skipped: the optional model: ${optionalModelMissing}`);

test('a missing optional model is told with how to fetch it and how to put it in place', async () => {
  const library = { manifest, fileOf: () => '/nonexistent/foamliu-128.onnx' };
  await expect(readModel({ entry, library })).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringMatching(/models -- pull foamliu-128.*models -- add FILE.*github\.com\/foamliu/),
  });
});

describe.skipIf(optionalModelMissing)('the optional model', () => {
  test('is the file that the manifest names, and gives the golden embedding', async () => {
    const model = await readModel({ entry, library: { manifest, fileOf: () => OPTIONAL_MODEL.file } });
    expect(model.length).toBe(entry.bytes);
    const network = await openNetwork({ model, oneByOne: true });
    const data = cropsToInput({ crops: [goldenCrop()], input: entry.input });
    const output = (await network.run({ data, dims: [1, 3, 112, 112] }))[entry.output] as Float32Array;
    const [embedding] = splitEmbeddings({ output, size: entry.embeddingSize });
    expect(checkGolden({ entry, embedding: embedding as Float32Array })).toBeGreaterThan(0.999999);
    await network.close();
  });

  test('embeds a batch although its file allows for one', async () => {
    const network = await openNetwork({ model: readFileSync(OPTIONAL_MODEL.file), oneByOne: true });
    const crops = [0, 40, 80].map((shift) => goldenCrop().map((value) => value + shift));
    const run = async (some: Uint8ClampedArray[]) => {
      const data = cropsToInput({ crops: some, input: entry.input });
      return (await network.run({ data, dims: [some.length, 3, 112, 112] }))[entry.output] as Float32Array;
    };
    const each = await Promise.all(crops.map((crop) => run([crop])));
    const together = await run(crops);
    expect(together.length).toBe(3 * entry.embeddingSize);
    expect([...together]).toEqual(each.flatMap((output) => [...output]));
    expect(each[0]).not.toEqual(each[1]);
    await network.close();
  });
});
