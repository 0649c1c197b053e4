import { describe, expect, it } from 'vitest';
import { createLoadMeter } from '../../../../workers/runtime/load-meter.ts';

describe('the load of a worker', () => {
  it('is what it embedded in the last ten seconds', () => {
    let now = 0;
    const meter = createLoadMeter({ now: () => now });
    expect(meter.read()).toEqual({ cropsPerSecond: 0 });
    for (let i = 1; i <= 100; i++) meter.embedded(i);
    expect(meter.read()).toEqual({ cropsPerSecond: 10, embedMs: { p50: 50, p99: 99 } });
    now = 9_999;
    meter.embedded(7);
    now = 10_001;
    expect(meter.read()).toEqual({ cropsPerSecond: 0.1, embedMs: { p50: 7, p99: 7 } });
  });

  it('is bounded in memory', () => {
    const meter = createLoadMeter({ now: () => 0 });
    for (let i = 0; i < 100_000; i++) meter.embedded(1);
    expect(meter.read().cropsPerSecond).toBeLessThanOrEqual(2000);
  });
});
