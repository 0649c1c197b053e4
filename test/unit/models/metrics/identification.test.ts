import { describe, expect, it } from 'vitest';
import { meanEmbedding, normalize } from '../../../../models/embedding.ts';
import { identification } from '../../../../models/metrics/identification.ts';
import { type Search, type Shot, searchOpenSet } from '../../../../models/metrics/searches.ts';

const SIZE = 41;
/** Along axis `i`, tilted towards the last one. */
function shot(i: number, tilt: number): Shot {
  const embedding = normalize(
    Float32Array.from({ length: SIZE }, (_, k) => (k === i ? 1 : k === SIZE - 1 ? tilt : 0)),
  );
  return { embedding, liveEmbedding: embedding, quality: 1 };
}
const template = (shots: readonly Shot[]) => meanEmbedding(shots.map(({ embedding }) => embedding));
const apart = (photos: number) =>
  Array.from({ length: 40 }, (_, i) => Array.from({ length: photos }, (_, n) => shot(i, n / 20)));
const options = { splits: 3, template };

describe('searching the open set', () => {
  it('enrols half of the people and takes all others for strangers, in every split', () => {
    const { searches, gallerySizes } = searchOpenSet({
      people: apart(2),
      enrolled: 1,
      frames: 1,
      ...options,
    });
    expect(gallerySizes).toEqual([20, 20, 20]);
    for (const split of [0, 1, 2]) {
      const of = searches.filter((search) => search.split === split);
      expect(of.filter(({ known }) => known)).toHaveLength(20);
      expect(new Set(of.map(({ person }) => person)).size).toBe(40);
    }
  });

  it('never searches by a photo that was enrolled', () => {
    const seen: Shot[][] = [];
    const people = apart(4);
    const { searches } = searchOpenSet({
      people,
      enrolled: 3,
      frames: 1,
      splits: 1,
      template: (shots) => {
        seen.push([...shots]);
        return template(shots);
      },
    });
    const known = searches.filter(({ known: isKnown }) => isKnown);
    for (const [i, { person, score }] of known.entries()) {
      const enrolled = seen[i] as Shot[];
      const probe = (people[person] as Shot[]).find((one) => !enrolled.includes(one)) as Shot;
      const expected = template(enrolled).reduce(
        (sum, value, k) => sum + value * (probe.liveEmbedding[k] as number),
        0,
      );
      expect(score).toBeCloseTo(expected, 6);
    }
  });

  it('probes those only who have photos enough, and leaves nobody out of the gallery for it', () => {
    const people = [...apart(3).slice(0, 20), ...apart(1).slice(20)];
    const { searches, gallerySizes } = searchOpenSet({ people, enrolled: 1, frames: 2, ...options });
    expect(gallerySizes[0]).toBe(20);
    expect(searches.every(({ person }) => person < 20)).toBe(true);
  });

  it('counts a probe without a face as a miss, and a person without one as not enrolled', () => {
    const blind = apart(2).map(() => [null, null]);
    const { searches, failedToEnrol } = searchOpenSet({ people: blind, enrolled: 1, frames: 1, ...options });
    expect(failedToEnrol).toBe(60);
    expect(searches).toHaveLength(120);
    expect(searches.every(({ score, rank }) => score === null && rank === null)).toBe(true);
  });
});

const judge = (searches: Search[], splits: number, fpirs = [0.1]) =>
  identification({
    searches: { searches, gallerySizes: new Array(splits).fill(10), failedToEnrol: 0 },
    fpirs,
    thresholdFor: () => 0.5,
  });

describe('rates of identification', () => {
  it('name everyone and no stranger where people are far apart', () => {
    const searches = searchOpenSet({ people: apart(2), enrolled: 1, frames: 1, ...options });
    const found = identification({ searches, fpirs: [0.1], thresholdFor: () => 0.5 });
    expect(found?.rank1.value).toBe(1);
    expect(found?.atFpir[0]?.tpir.value).toBe(1);
    expect(found?.promised[0]).toMatchObject({ threshold: 0.5, measuredFpir: { value: 0 } });
    // No error among 40 people is no proof of none.
    expect(found?.rank1.low).toBeLessThan(0.95);
  });

  it('name strangers when all look alike', () => {
    const alike = Array.from({ length: 40 }, () => [shot(0, 0.1), shot(0, 0.1)]);
    const searches = searchOpenSet({ people: alike, enrolled: 1, frames: 1, splits: 1, template });
    const found = identification({ searches, fpirs: [0.1], thresholdFor: () => 0.5 });
    expect(found?.promised[0]?.measuredFpir.value).toBe(1);
    // Ties count against the probe.
    expect(found?.rank1.value).toBe(0);
  });

  it('choose the threshold of a split on the strangers of the others', () => {
    const stranger = (person: number, split: number, score: number): Search => ({
      person,
      split,
      known: false,
      score,
      rank: null,
      photo: 0,
      best: null,
    });
    const probe = (person: number, split: number, score: number | null, rank: number | null): Search => ({
      ...stranger(person, split, 0),
      known: true,
      score,
      rank,
    });
    const found = judge(
      [
        ...Array.from({ length: 10 }, (_, i) => stranger(i, 0, i / 100)),
        ...Array.from({ length: 10 }, (_, i) => stranger(i, 1, 0.5 + i / 100)),
        probe(20, 0, 0.4, 1),
        probe(21, 1, 0.3, 1),
        probe(22, 1, 0.9, 2),
        probe(23, 1, null, null),
      ],
      2,
    );
    const [at] = found?.atFpir ?? [];
    // Split 0 by 0.58 (one stranger of split 1 above), split 1 by 0.08: only person 21 passes.
    expect(at?.threshold).toBeCloseTo((0.58 + 0.08) / 2, 6);
    expect(at?.tpir).toMatchObject({ count: 1, of: 4 });
    expect(at?.measuredFpir).toMatchObject({ count: 10, of: 20 });
    expect(found?.rank1).toMatchObject({ count: 2, of: 4 });
    expect(found?.cmc[1]).toEqual({ rank: 2, rate: 0.75 });
  });

  it('are undefined without strangers', () => {
    expect(
      judge([{ person: 0, split: 0, known: true, score: 0.9, rank: 1, photo: 0, best: null }], 1),
    ).toBeNull();
  });
});
