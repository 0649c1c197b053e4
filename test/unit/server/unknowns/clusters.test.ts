import { describe, expect, it } from 'vitest';
import { cosine, normalize } from '../../../../models/embedding.ts';
import { Clusters, meanDirection } from '../../../../server/unknowns/clusters.ts';
import { testEmbedding } from '../../../support/gallery.ts';

/** Somebody's face, a little different each time. */
function look(person: number, time: number): Float32Array {
  const [face, noise] = [testEmbedding(person), testEmbedding(1000 * person + time)];
  return normalize(face.map((value, i) => value + 0.4 * (noise[i] as number)));
}

describe('groups of unknown sightings', () => {
  it('find the group that is most like a sighting, and how much', () => {
    const clusters = new Clusters();
    for (const time of [1, 2, 3]) {
      clusters.put({ sighting: `ann ${time}`, group: 'ann', embedding: look(1, time) });
      clusters.put({ sighting: `bob ${time}`, group: 'bob', embedding: look(2, time) });
    }
    expect(clusters.groups).toBe(2);
    expect(clusters.nearest(look(1, 9))).toEqual({ group: 'ann', score: expect.closeTo(0.84, 1) });
    expect(clusters.nearest(look(2, 9))?.group).toBe('bob');
    expect(clusters.nearest(look(1, 9), 'ann')?.group).toBe('bob');
    // Three looks are a better likeness than one.
    const one = cosine(look(1, 1), look(1, 9));
    expect(clusters.nearest(look(1, 9))?.score).toBeGreaterThan(one);
  });

  it('are without a sighting that went elsewhere, and gone without any', () => {
    const clusters = new Clusters();
    clusters.put({ sighting: 'a', group: 'ann', embedding: look(1, 1) });
    const before = clusters.mean('ann');
    clusters.put({ sighting: 'b', group: 'ann', embedding: look(2, 1) });
    clusters.put({ sighting: 'b', group: 'bob', embedding: look(2, 1) });
    expect(clusters.get('b')?.group).toBe('bob');
    expect(cosine(clusters.mean('ann') ?? [], before ?? [])).toBeCloseTo(1, 5);
    clusters.remove('b');
    expect([clusters.groups, clusters.size('bob'), clusters.mean('bob')]).toEqual([1, 0, undefined]);
    clusters.remove('b');
    expect(new Clusters().nearest(look(1, 1))).toBeUndefined();
  });

  it('weigh a mean of looks that differ as less than one of looks that agree', () => {
    const alike = meanDirection(look(1, 1), 1);
    const differing = meanDirection(
      look(1, 1).map((value, i) => value + (look(3, 1)[i] as number)),
      2,
    );
    expect(Math.hypot(...alike)).toBeCloseTo(1, 5);
    expect(Math.hypot(...differing)).toBeCloseTo(0.5 ** 0.25, 1);
    expect(Math.hypot(...meanDirection(new Float32Array(4), 0))).toBe(0);
  });
});
