import * as ort from 'onnxruntime-node';
import { cropsToInput } from '../../models/embedding.ts';
import { goldenCrop } from '../../models/golden.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { type Summary, summarise } from './table.ts';

export type BareModel = { perCrop: Summary; cropsPerSecond: number };

/** The model alone, one crop after the other, one thread, nothing around it: what every other figure is held against. */
export async function benchBareModel(options: { seconds: number }): Promise<BareModel> {
  const entry = findModel({ manifest: loadManifest(), task: 'embed' });
  const session = await ort.InferenceSession.create(await readModel({ entry }), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const data = cropsToInput({ crops: [goldenCrop()], input: entry.input });
  const feeds = { [entry.input.name]: new ort.Tensor('float32', data, [1, 3, 112, 112]) };
  for (let i = 0; i < 20; i++) await session.run(feeds);
  const times: number[] = [];
  const until = performance.now() + options.seconds * 1000;
  while (performance.now() < until) {
    const start = performance.now();
    await session.run(feeds);
    times.push(performance.now() - start);
  }
  await session.release();
  const perCrop = summarise(times);
  return { perCrop, cropsPerSecond: 1000 / perCrop.mean };
}
