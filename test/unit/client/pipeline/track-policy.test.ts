import { describe, expect, it } from 'vitest';
import { TrackPolicy } from '../../../../client/pipeline/track-policy.ts';

/** Offers a crop every 100 ms and returns the times at which one was taken. */
function taken(policy: TrackPolicy, { from = 0, to = 5000, score = 0.5, track = 1 } = {}): number[] {
  const times: number[] = [];
  for (let now = from; now <= to; now += 100) if (policy.take({ track, score, now })) times.push(now);
  return times;
}

describe('TrackPolicy', () => {
  it('sends three crops at once, then one every second until the name is known', () => {
    expect(taken(new TrackPolicy())).toEqual([0, 100, 200, 1200, 2200, 3200, 4200]);
  });

  it('sends one every three seconds once the name is known', () => {
    const policy = new TrackPolicy();
    policy.take({ track: 1, score: 0.5, now: 0 });
    policy.handleLabel({ track: 1, identified: true });
    expect(taken(policy, { from: 100, to: 9500 })).toEqual([3000, 6000, 9000]);
  });

  it('goes back to every second when the name is taken back', () => {
    const policy = new TrackPolicy();
    taken(policy, { to: 200 });
    policy.handleLabel({ track: 1, identified: true });
    policy.handleLabel({ track: 1, identified: false });
    expect(taken(policy, { from: 300, to: 2300 })).toEqual([1200, 2200]);
  });

  it('sends a clearly better crop in between, a slightly better one not', () => {
    const policy = new TrackPolicy();
    taken(policy, { to: 200 });
    expect(policy.take({ track: 1, score: 0.6, now: 400 })).toBe(false);
    expect(policy.take({ track: 1, score: 0.7, now: 400 })).toBe(true);
    expect(policy.take({ track: 1, score: 0.95, now: 500 })).toBe(false);
    expect(policy.take({ track: 1, score: 0.95, now: 550 })).toBe(true);
  });

  it('treats each track by itself, and all as new after a new session', () => {
    const policy = new TrackPolicy();
    taken(policy, { to: 500 });
    expect(taken(policy, { from: 500, to: 700, track: 2 })).toEqual([500, 600, 700]);
    policy.reset();
    expect(taken(policy, { from: 800, to: 1000 })).toEqual([800, 900, 1000]);
  });
});
