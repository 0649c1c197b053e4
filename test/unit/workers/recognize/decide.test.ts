import { describe, expect, test } from 'vitest';
import { AMBIGUITY_MARGIN, thresholdFor } from '../../../../models/decision.ts';
import { findModel, loadManifest } from '../../../../models/registry.ts';
import { type Candidate, decisionSchema } from '../../../../protocol/jobs.ts';
import { decide } from '../../../../workers/recognize/decide.ts';

const entry = findModel({ manifest: loadManifest(), task: 'embed' });
const [fpir, gallerySize] = [0.003, 500];
const threshold = thresholdFor({ manifestEntry: entry, fpir, gallerySize });

const candidates = (...scores: number[]): Candidate[] =>
  scores.map((score, i) => ({ personId: `00000000-0000-4000-8000-00000000000${i}`, name: `P${i}`, score }));
const decideOn = (scores: number[], size = gallerySize) =>
  decide({ candidates: candidates(...scores), entry, fpir, gallerySize: size, galleryVersion: 7 });

describe('decide', () => {
  test('identifies from the threshold on, which follows from the promised FPIR and the gallery', () => {
    expect(decideOn([threshold]).state).toBe('identified');
    expect(decideOn([threshold - 0.001]).state).toBe('unknown');
    const large = decideOn([threshold], 50_000);
    expect(large.threshold).toBeGreaterThan(threshold);
    expect(large.state).toBe('unknown');
  });

  test('finds nobody in an empty gallery', () => {
    const decision = decideOn([], 0);
    expect(decision.state).toBe('unknown');
    expect(decision.confidence).toBeUndefined();
  });

  test('is ambiguous only when both pass and are within the margin', () => {
    const best = threshold + 2 * AMBIGUITY_MARGIN;
    expect(decideOn([best, best - AMBIGUITY_MARGIN / 2]).state).toBe('ambiguous');
    expect(decideOn([best, best - AMBIGUITY_MARGIN - 0.001]).state).toBe('identified');
    expect(decideOn([threshold + 0.001, threshold - 0.001]).state).toBe('identified');
    expect(decideOn([threshold - 0.001, threshold - 0.002]).state).toBe('unknown');
  });

  test('is more confident of a higher score, a smaller gallery and a larger lead', () => {
    const confidence = (scores: number[], size = gallerySize) => decideOn(scores, size).confidence as number;
    expect(confidence([0.9])).toBeGreaterThan(confidence([0.65]));
    expect(confidence([0.5], 10)).toBeGreaterThan(confidence([0.5], 5000));
    expect(confidence([0.8, 0.2])).toBeGreaterThan(confidence([0.8, 0.78]));
    expect(confidence([0.95, 0.1])).toBeGreaterThan(0.99);
    expect(confidence([0.1])).toBeLessThan(0.01);
  });

  test('says on what it rests, in the form of the protocol', () => {
    const decision = decideOn([0.9, 0.3]);
    expect(decisionSchema.parse(decision)).toEqual(decision);
    expect(decision).toMatchObject({ gallerySize, galleryVersion: 7, model: entry.name, threshold });
  });
});
