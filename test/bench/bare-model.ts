import * as ort from 'onnxruntime-node';
import { cropsToInput } from '../../models/embedding.ts';
import { goldenCrop } from '../../models/golden.ts';
import { findModel, loadManifest, readModel } from '../../models/registry.ts';
import { type Summary, summarise } from './table.ts';

export type BareModel = {
  /** ms, one crop after the other. */
  perCrop: Summary;
  /** ms, one crop every `everyMs`: caches and clock are cold then, as they are for a single stream. */
  paced: Summary;
  cropsPerSecond: number;
};

/** The model alone, one thread, nothing around it: what every other figure is held against. */
export async function benchBareModel(options: { seconds: number; everyMs: number }): Promise<BareModel> {
  const entry = findModel({ manifest: loadManifest(), task: 'embed' });
  const session = await ort.InferenceSession.create(await readModel({ entry }), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const data = cropsToInput({ crops: [goldenCrop()], input: entry.input });
  const feeds = { [entry.input.name]: new ort.Tensor('float32', data, [1, 3, 112, 112]) };
  for (let i = 0; i < 20; i++) await session.run(feeds);
  const loop = async (pauseMs: number) => {
    const times: number[] = [];
    const until = performance.now() + options.seconds * 1000;
    while (performance.now() < until) {
      const start = performance.now();
      await session.run(feeds);
      times.push(performance.now() - start);
      if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
    }
    return summarise(times);
  };
  const perCrop = await loop(0);
  const paced = await loop(options.everyMs);
  await session.release();
  return { perCrop, paced, cropsPerSecond: 1000 / perCrop.mean };
}
