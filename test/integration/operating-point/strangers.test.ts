import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { thresholdFor } from '../../../models/decision.ts';
import { createFaceDetector } from '../../../models/detect/face-detector.ts';
import { openNetwork } from '../../../models/onnx/session.ts';
import { findModel, loadManifest, readModel } from '../../../models/registry.ts';
import { answer } from '../../../server/operating-point/analysis.ts';
import { toMatrices } from '../../../server/operating-point/enrolled-matrices.ts';
import { refineThresholds } from '../../../server/operating-point/refine.ts';
import { decide } from '../../../workers/recognize/decide.ts';
import { analysePhoto } from '../../../workers/recognize/photo-analysis.ts';
import { createMatcher, type Matcher } from '../../../workers/runtime/matcher.ts';
import { facesMissing, peopleWithPhotos } from '../../support/faces.ts';

if (facesMissing) console.log(`skipped: the promise about strangers: ${facesMissing}`);

/** Everybody is enrolled in one of the galleries, and a stranger to each of the others: 2,000 searches. */
const [GALLERIES, GALLERY_SIZE] = [5, 100];

type Shot = { name: string; enrolled: Float32Array; live: Float32Array };

const entry = findModel({ manifest: loadManifest(), task: 'embed' });

describe.skipIf(facesMissing)('of 2,000 strangers no more are given a name than promised', () => {
  let galleries: Shot[][];
  let matcher: Matcher;

  beforeAll(async () => {
    const shots = await photograph(GALLERIES * GALLERY_SIZE);
    galleries = Array.from({ length: GALLERIES }, (_, g) => shots.filter((_shot, i) => i % GALLERIES === g));
    matcher = await createMatcher({ columns: entry.embeddingSize });
  }, 300_000);

  /** Every search of somebody who is not enrolled, decided as a worker does by the server's operating point. */
  async function strangersNamed(options: { fpir: number; lowered?: number }): Promise<number> {
    const { fpir, lowered = 0 } = options;
    let named = 0;
    for (const gallery of galleries) {
      const { thresholds } = operatingPointOf(gallery);
      const rule = {
        ...entry,
        thresholds: thresholds.map((row) => ({ ...row, cosine: row.cosine - lowered })),
      };
      const strangers = galleries.filter((other) => other !== gallery).flat();
      const matches = await matcher.match({
        queries: joined(strangers.map(({ live }) => live)),
        count: strangers.length,
        gallery: joined(gallery.map(({ enrolled }) => enrolled)),
        size: gallery.length,
        k: 5,
      });
      for (const rows of matches) {
        const candidates = rows.map(({ row, score }) => ({
          personId: String(row),
          name: (gallery[row] as Shot).name,
          score,
        }));
        const decision = decide({
          candidates,
          entry: rule,
          fpir,
          gallerySize: gallery.length,
          galleryVersion: 1,
        });
        if (decision.state !== 'unknown') named++;
      }
    }
    return named;
  }

  test.each([0.01, 0.003])('at a promise of %s', async (fpir) => {
    expect(await strangersNamed({ fpir })).toBeLessThanOrEqual(mostAllowed(2000, fpir));
  });

  test('which a lower threshold would not keep', async () => {
    for (const fpir of [0.01, 0.003]) {
      expect(await strangersNamed({ fpir, lowered: 0.06 })).toBeGreaterThan(mostAllowed(2000, fpir));
    }
  });

  test('and the threshold stays within reach of the people who are enrolled', () => {
    for (const gallery of galleries) {
      const point = { fpir: 0.003, gallerySize: gallery.length };
      const threshold = thresholdFor({ manifestEntry: operatingPointOf(gallery), ...point });
      expect(threshold).toBeLessThan(thresholdFor({ manifestEntry: entry, ...point }) + 0.02);
    }
  });
});

function operatingPointOf(gallery: readonly Shot[]) {
  const people = gallery.map(({ name, enrolled }) => ({
    id: name,
    name,
    photos: [{ id: name, quality: 1, embedding: enrolled }],
    template: enrolled,
  }));
  const question = { ...toMatrices(people, entry.embeddingSize), mostComparisons: 1e6 };
  return refineThresholds({ table: entry, scores: answer('survey', question).scores });
}

/** One photo of each of so many people, read as workers read it: as enrolled, and as a kiosk's crop gives it. */
async function photograph(count: number): Promise<Shot[]> {
  const manifest = loadManifest();
  const open = async (task: 'detect' | 'mesh' | 'embed') =>
    openNetwork({ model: await readModel({ entry: findModel({ manifest, task }) }) });
  const detector = createFaceDetector({ detector: await open('detect'), mesh: await open('mesh') });
  const embedder = await open('embed');
  sharp.concurrency(1);
  const everybody = peopleWithPhotos(1);
  const shots: Shot[] = [];
  // Evenly spaced by name, until so many have a face that can be enrolled.
  for (let i = 0; shots.length < count && i < everybody.length; i++) {
    const { name, photos } = everybody[(i * 1009) % everybody.length] as (typeof everybody)[number];
    const bytes = readFileSync(photos[0] as string);
    const [face] = (await analysePhoto({ bytes, detector, embedder, entry, live: true })).faces;
    if (face?.liveEmbedding && !face.refusal) {
      shots.push({ name, enrolled: face.embedding, live: face.liveEmbedding });
    }
  }
  return shots;
}

/** So many of `trials` are reached by chance in 1 of 100 series, when the rate is as promised. */
function mostAllowed(trials: number, rate: number): number {
  let [probability, sum, most] = [(1 - rate) ** trials, 0, 0];
  for (;;) {
    sum += probability;
    if (sum >= 0.99) return most;
    probability *= ((trials - most) / (most + 1)) * (rate / (1 - rate));
    most++;
  }
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(rows.length * entry.embeddingSize);
  for (const [i, row] of rows.entries()) values.set(row, i * entry.embeddingSize);
  return values;
}
