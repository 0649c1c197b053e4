import { describe, expect, it } from 'vitest';
import { type Circumstances, holdOf, QUIET_MS } from '../../../../client/kiosk/learning/idle-rule.ts';
import { BUFFER_LIMITS, peopleIn, SampleBuffer } from '../../../../client/kiosk/learning/sample-buffer.ts';
import { keptBack } from '../../../../client/kiosk/learning/split.ts';

const target = Buffer.from(new Float32Array([1, 0]).buffer).toString('base64');
const crop = (track: number) => ({ track, payload: Uint8Array.from([track]) });

describe('the crops that a kiosk may learn from', () => {
  it('are those of a confirmed sighting, also ones that came before it was known', () => {
    const buffer = new SampleBuffer();
    buffer.offer(crop(1), 0);
    buffer.handleSighted(1, 'a', 1);
    buffer.offer(crop(1), 2);
    buffer.offer(crop(2), 3);
    expect(buffer.samples(4)).toEqual([]);
    buffer.handleAnswer(['a'], { targets: [{ sighting: 'a', target }], waiting: [] });
    expect(buffer.samples(4).map(({ sighting, jpeg }) => [sighting, ...jpeg])).toEqual([
      ['a', 1],
      ['a', 1],
    ]);
  });

  it('are counted by the people whom they show', () => {
    const buffer = new SampleBuffer();
    for (const [track, sighting] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ] as const) {
      buffer.offer(crop(track), 0);
      buffer.offer(crop(track), 1);
      buffer.handleSighted(track, sighting, 1);
    }
    const another = Buffer.from(new Float32Array([0, 1]).buffer).toString('base64');
    const targets = [
      { sighting: 'a', target },
      { sighting: 'b', target: another },
      { sighting: 'c', target },
    ];
    buffer.handleAnswer(['a', 'b', 'c'], { targets, waiting: [] });
    expect(buffer.samples(2)).toHaveLength(6);
    expect(peopleIn(buffer.samples(2))).toBe(2);
  });

  it('are none while it is asked anew, and gone when the answer names them no more', () => {
    const buffer = new SampleBuffer();
    buffer.offer(crop(1), 0);
    buffer.handleSighted(1, 'a', 0);
    buffer.handleAnswer(['a'], { targets: [{ sighting: 'a', target }], waiting: [] });
    buffer.suspend();
    expect(buffer.samples(0)).toEqual([]);
    buffer.handleAnswer(['a'], { targets: [], waiting: [] });
    expect(buffer.sightings).toEqual([]);
    buffer.offer(crop(1), 1);
    expect(buffer.sightings).toEqual([]);
  });

  it('are bounded in number and age', () => {
    const buffer = new SampleBuffer();
    for (let i = 0; i < 200; i++) {
      for (let n = 0; n < 10; n++) buffer.offer(crop(i), i);
      buffer.handleSighted(i, `s${i}`, i);
    }
    expect(buffer.sightings.length).toBeLessThanOrEqual(BUFFER_LIMITS.groups);
    const [id] = buffer.sightings.slice(-1) as [string];
    buffer.handleAnswer([id], { targets: [{ sighting: id, target }], waiting: [] });
    expect(buffer.samples(200)).toHaveLength(BUFFER_LIMITS.cropsPerGroup);
    expect(buffer.samples(200 + BUFFER_LIMITS.ageMs)).toEqual([]);
  });

  it('are divided so that some measure what is learnt from the others', () => {
    const crops = (sighting: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ sighting, sample: `${sighting}${i}` }));
    const { learnt, back } = keptBack([...crops('a', 1), ...crops('b', 2), ...crops('c', 6)]);
    expect(learnt).toEqual(['a0', 'b0', 'c0', 'c1', 'c2', 'c4', 'c5']);
    expect(back).toEqual(['b1', 'c3']);
  });
});

describe('a browser learns', () => {
  const idle: Circumstances = {
    allowed: true,
    paused: false,
    online: true,
    visible: true,
    running: true,
    faces: 0,
    quietMs: QUIET_MS,
    charging: undefined,
  };
  it('only while nothing stands in the way', () => {
    expect(holdOf(idle)).toBeUndefined();
    expect(holdOf({ ...idle, charging: true })).toBeUndefined();
    expect(holdOf({ ...idle, charging: false })).toBe('battery');
    expect(holdOf({ ...idle, faces: 1 })).toBe('busy');
    expect(holdOf({ ...idle, quietMs: QUIET_MS - 1 })).toBe('busy');
    expect(holdOf({ ...idle, visible: false })).toBe('hidden');
    expect(holdOf({ ...idle, running: false })).toBe('no-camera');
    expect(holdOf({ ...idle, online: false })).toBe('offline');
    expect(holdOf({ ...idle, paused: true })).toBe('paused');
    expect(holdOf({ ...idle, allowed: false })).toBe('off');
  });
});
