import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RECIPES } from '../../../models/convert/main.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { loadManifest, readModel } from '../../../models/registry.ts';

const { models } = loadManifest();

describe.each(models.filter((entry) => RECIPES[entry.file]))('$file', (entry) => {
  it('is what the converter makes from the npm package', async () => {
    const bytes = writeOnnx(await (RECIPES[entry.file] as (typeof RECIPES)[string])());
    expect(bytes.length).toBe(entry.bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256);
  });

  it('survives reading and writing byte for byte', async () => {
    const bytes = await readModel({ entry });
    expect(Buffer.from(writeOnnx(readOnnx(bytes))).equals(bytes)).toBe(true);
  });

  it('has the input that the manifest states', async () => {
    const { graph } = readOnnx(await readModel({ entry }));
    expect(graph.inputs).toEqual([{ name: entry.input.name, dims: entry.input.shape }]);
    const outputs = entry.task === 'embed' ? [entry.output] : entry.outputs;
    expect(graph.outputs.map((output) => output.name)).toEqual(outputs);
  });
});
