import { describe, expect, test } from 'vitest';
import { thresholdFor } from '../../../../models/decision.ts';
import { findModel, loadManifest } from '../../../../models/registry.ts';
import {
  compareEnrolled,
  countAbove,
  type ImpostorScores,
} from '../../../../server/operating-point/impostor-scores.ts';
import { intervalsOf, searchRate } from '../../../../server/operating-point/interval.ts';
import { refineThresholds } from '../../../../server/operating-point/refine.ts';
import { testEmbedding } from '../../../support/gallery.ts';

const table = findModel({ manifest: loadManifest(), task: 'embed' });

/** Scores of a gallery whose rate at each row of the table is `factor` times the table's. */
function scoresLike(people: number, factor: number, more: number[] = []): ImpostorScores {
  const comparisons = people * (people - 1);
  const histogram = new Uint32Array(20_001);
  const put = (cosine: number, count: number) => {
    const step = Math.floor((cosine + 1) * 10_000 + 1e-6);
    histogram[step] = (histogram[step] as number) + count;
  };
  const above = table.thresholds.map(({ fmr }) => Math.round(comparisons * fmr * factor));
  put(0, comparisons - (above[0] as number));
  for (const [i, { cosine }] of table.thresholds.entries())
    put(cosine, (above[i] as number) - (above[i + 1] ?? 0));
  for (const cosine of more) put(cosine, 2);
  return { histogram, comparisons: comparisons + 2 * more.length, people };
}

const thresholdOf = (scores: ImpostorScores, fpir = 0.003) =>
  thresholdFor({ manifestEntry: refineThresholds({ table, scores }), fpir, gallerySize: scores.people });
const shipped = (gallerySize: number, fpir = 0.003) =>
  thresholdFor({ manifestEntry: table, fpir, gallerySize });

describe('the threshold table on the live gallery', () => {
  test('stays as it is for an empty gallery, one person, and a gallery like the table', () => {
    expect(thresholdOf(scoresLike(0, 1))).toBe(shipped(0));
    expect(thresholdOf(scoresLike(1, 1))).toBe(shipped(1));
    expect(thresholdOf(scoresLike(1000, 1))).toBeCloseTo(shipped(1000), 2);
  });

  test('becomes stricter where people are more alike than the table says, the more the more of them there are', () => {
    const [few, some, many] = [20, 200, 1000].map((people) => {
      const refined = refineThresholds({ table, scores: scoresLike(people, 3) });
      return (refined.thresholds[3]?.fmr as number) / (table.thresholds[3]?.fmr as number);
    }) as [number, number, number];
    expect(few).toBeLessThan(1.5);
    expect(some).toBeGreaterThan(2.3);
    expect(many).toBeGreaterThan(2.6);
    expect(many).toBeLessThan(3.2);
    expect(thresholdOf(scoresLike(1000, 3))).toBeGreaterThan(shipped(1000) + 0.02);
  });

  test('never becomes looser than shipped', () => {
    expect(thresholdOf(scoresLike(1000, 0.2))).toBe(shipped(1000));
    const refined = refineThresholds({ table, scores: scoresLike(1000, 0.2) });
    expect(refined.factors[1]).toBeLessThan(0.3);
  });

  test('is not spoiled by people who are enrolled twice', () => {
    const twice = Array.from({ length: 20 }, (_, i) => 0.74 + i * 0.01);
    const refined = refineThresholds({ table, scores: scoresLike(1000, 1, twice) });
    expect(refined.leftOut).toBeGreaterThanOrEqual(38);
    expect(thresholdOf(scoresLike(1000, 1, twice)) - shipped(1000)).toBeLessThan(0.01);
  });

  test('gets a row beyond its end when even that has become too loose', () => {
    const { thresholds } = refineThresholds({ table, scores: scoresLike(1000, 60) });
    expect(thresholds).toHaveLength(table.thresholds.length + 1);
    expect(thresholds.at(-1)?.cosine).toBeGreaterThan(table.thresholds.at(-1)?.cosine as number);
    const rates = thresholds.map(({ fmr }) => fmr);
    const cosines = thresholds.map(({ cosine }) => cosine);
    expect(rates).toEqual([...new Set(rates)].sort((x, y) => y - x));
    expect(cosines).toEqual([...new Set(cosines)].sort((x, y) => x - y));
  });
});

describe('the intervals', () => {
  const intervals = (people: number) => {
    const scores = scoresLike(people, 1);
    const refinement = refineThresholds({ table, scores });
    const threshold = thresholdOf(scores, 0.01);
    return { threshold, of: intervalsOf({ table, refinement, fpir: 0.01, gallerySize: people, threshold }) };
  };

  test('hold the threshold and the promise, and narrow as the gallery grows', () => {
    const [small, large] = [intervals(20), intervals(5000)];
    for (const { threshold, of } of [small, large]) {
      expect(of.threshold.low).toBeLessThan(threshold);
      expect(of.threshold.high).toBeGreaterThan(threshold - 1e-9);
      expect(of.fpir.low).toBeLessThan(0.01);
      expect(of.fpir.high).toBeGreaterThan(0.01);
    }
    const width = ({ of }: typeof small) => of.threshold.high - of.threshold.low;
    expect(width(large)).toBeLessThan(width(small) / 2);
  });

  test('say the rate of a search without losing digits', () => {
    expect(searchRate(1e-9, 1000)).toBeCloseTo(1e-6, 12);
    expect(searchRate(0.01, 1)).toBeCloseTo(0.01, 12);
    expect(searchRate(1, 10)).toBe(1);
  });
});

describe('comparing the enrolled among themselves', () => {
  const columns = 192;
  const matrix = (count: number) => {
    const values = new Float32Array(count * columns);
    for (let i = 0; i < count; i++) values.set(testEmbedding(i + 1, columns), i * columns);
    return { values, columns };
  };
  const options = { mostComparisons: 1e6, mostAlike: 3, alikeFrom: 0.9 };

  test('counts each pair once and lists those that are alike', () => {
    const templates = matrix(40);
    templates.values.copyWithin(7 * columns, 3 * columns, 4 * columns);
    const scores = compareEnrolled({ probes: templates, templates, ...options });
    expect(scores.comparisons).toBe(1560);
    expect(countAbove(scores, [-1, 0.9])).toEqual([1560, 2]);
    expect(scores.alike).toEqual([{ a: 3, b: 7, score: expect.closeTo(1, 5) as number }]);
  });

  test('compares a part of a large gallery, each pair once', () => {
    const templates = matrix(60);
    const scores = compareEnrolled({ probes: templates, templates, ...options, mostComparisons: 1200 });
    // Every third person with everybody: 20 · 59, less the 190 pairs among those twenty that would count twice.
    expect(scores.comparisons).toBe(2 * (20 * 59 - 190));
  });

  test('finds nothing in an empty gallery', () => {
    const templates = matrix(0);
    const scores = compareEnrolled({ probes: templates, templates, ...options });
    expect(scores).toMatchObject({ comparisons: 0, people: 0, alike: [] });
  });
});
