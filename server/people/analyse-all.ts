import type { PhotoAnalyser } from '../queue/photo-analyser.ts';
import type { AnalysedPhoto } from './judge-photos.ts';

export type UploadedPhoto = { filename: string; bytes: Uint8Array };

/** Photos of one request that lie in Redis at once: 15 MB each at most. */
const AT_ONCE = 4;

/**
 * Has the photos of one request analysed, a few at a time, in their order, all by one model. Fails as a whole when
 * one fails.
 */
export async function analyseAll(input: Parameters<typeof analyseEach>[0]): Promise<AnalysedPhoto[]> {
  const analysed = await analyseEach(input);
  const models = new Set(
    analysed.flatMap(({ analysis }) => (analysis.outcome === 'analysed' ? [analysis.model] : [])),
  );
  // Another model has come to serve in between: by now every photo is embedded by it.
  return models.size > 1 ? analyseEach(input) : analysed;
}

async function analyseEach(input: {
  analyser: PhotoAnalyser;
  photos: readonly UploadedPhoto[];
  match: boolean;
}): Promise<AnalysedPhoto[]> {
  const { analyser, photos, match } = input;
  const analysed: AnalysedPhoto[] = [];
  const waiting = photos.entries();
  const lane = async () => {
    for (const [index, { filename, bytes }] of waiting) {
      analysed[index] = { filename, analysis: await analyser.analyse({ bytes, match }) };
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, photos.length) }, lane));
  return analysed;
}
