import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cropsToInput, splitEmbeddings } from '../../../models/embedding.ts';
import { checkGolden, GoldenMismatchError, goldenCrop, goldenEmbedding } from '../../../models/golden.ts';
import { openNetwork } from '../../../models/onnx/session.ts';
import { findModel, loadManifest, MODELS_DIR, readModel } from '../../../models/registry.ts';

const manifest = loadManifest();
const entry = findModel({ manifest, task: 'embed' });

describe('model files', () => {
  it.each(manifest.models.filter(({ optional }) => !optional))(
    'holds $name as the manifest promises',
    async (model) => {
      expect((await readModel({ entry: model })).length).toBe(model.bytes);
    },
  );

  it('names the known models when another is asked for', () => {
    expect(() => findModel({ manifest, task: 'embed', name: 'nobody' })).toThrow(/mobilefacenet-192/);
  });
});

describe('in another folder', () => {
  let dir: string;
  const library = { manifest, fileOf: ({ file }: { file: string }) => path.join(dir, file) };
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'models-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('reports a missing file with its source', async () => {
    await expect(readModel({ entry, library })).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining(entry.source),
    });
  });

  it('refuses a file with one byte changed', async () => {
    const bytes = Buffer.from(await readModel({ entry }));
    bytes.writeUInt8(bytes.readUInt8(1_000_000) ^ 1, 1_000_000);
    await writeFile(path.join(dir, entry.file), bytes);
    await expect(readModel({ entry, library })).rejects.toMatchObject({ code: 'model-damaged' });
  });

  it('refuses a manifest that is missing, not JSON or has a wrong value, and says where', async () => {
    const file = path.join(dir, 'manifest.json');
    expect(() => loadManifest({ dir })).toThrow(expect.objectContaining({ code: 'model-missing' }));
    await writeFile(file, '{');
    expect(() => loadManifest({ dir })).toThrow(expect.objectContaining({ code: 'manifest-invalid' }));
    await cp(path.join(MODELS_DIR, 'manifest.json'), file);
    const changed = structuredClone(manifest) as { models: { sha256: string }[] };
    (changed.models[0] as { sha256: string }).sha256 = 'abc';
    await writeFile(file, JSON.stringify(changed));
    expect(() => loadManifest({ dir })).toThrow(/models\[0\]\.sha256/);
  });
});

describe('the golden self-test', () => {
  it('passes for ONNX Runtime on the CPU and fails for an engine that mixes up the colours', async () => {
    const network = await openNetwork({ model: await readModel({ entry }) });
    const embed = async (colour: 'rgb' | 'bgr') => {
      const data = cropsToInput({ crops: [goldenCrop()], input: { ...entry.input, colour } });
      const { embedding } = await network.run({ data, dims: [1, 3, 112, 112] });
      return splitEmbeddings({
        output: embedding as Float32Array,
        size: entry.embeddingSize,
      })[0] as Float32Array;
    };
    expect(checkGolden({ entry, embedding: await embed('rgb') })).toBeGreaterThan(0.999999);
    const mixedUp = await embed('bgr');
    expect(() => checkGolden({ entry, embedding: mixedUp })).toThrow(GoldenMismatchError);
    await network.close();
  });

  it('refuses an embedding of another size', () => {
    expect(() => checkGolden({ entry, embedding: goldenEmbedding(entry).slice(1) })).toThrow(
      GoldenMismatchError,
    );
  });
});
