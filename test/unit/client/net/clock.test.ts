import { describe, expect, it } from 'vitest';
import { ClockOffset } from '../../../../client/net/clock.ts';

describe('ClockOffset', () => {
  it('is zero before the first ping', () => {
    expect(new ClockOffset().offset).toBe(0);
  });

  it('keeps the estimate of the smallest round trip', () => {
    const clock = new ClockOffset();
    clock.add({ sentAt: 0, receivedAt: 80, serverTime: 1070 });
    clock.add({ sentAt: 1000, receivedAt: 1004, serverTime: 2002 });
    clock.add({ sentAt: 2000, receivedAt: 2090, serverTime: 3060 });
    expect(clock.offset).toBe(1000);
    expect(clock.roundTrip).toBe(4);
  });

  it('believes a new estimate that an older and better one cannot be reconciled with', () => {
    const clock = new ClockOffset();
    clock.add({ sentAt: 0, receivedAt: 2, serverTime: 1001 });
    clock.add({ sentAt: 5000, receivedAt: 5010, serverTime: 3_605_005 });
    expect(clock.offset).toBe(3_600_000);
  });

  it('begins anew with a new session', () => {
    const clock = new ClockOffset();
    clock.add({ sentAt: 0, receivedAt: 2, serverTime: 1001 });
    clock.reset();
    expect(clock.offset).toBe(0);
  });

  it('forgets estimates that are older than ten minutes', () => {
    const clock = new ClockOffset();
    clock.add({ sentAt: 0, receivedAt: 2, serverTime: 1001 });
    clock.add({ sentAt: 600_000, receivedAt: 600_010, serverTime: 601_015 });
    expect(clock.offset).toBe(1010);
  });
});
