import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createIdleGate } from '../../../../workers/runtime/idle-gate.ts';

test('bulk work waits for the live work in hand, and for a moment of quiet', async () => {
  const gate = createIdleGate({ quietMs: 50 });
  const live = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = gate.live(() => live.promise).then(() => order.push('live'));
  const bulk = gate.idle(async () => order.push('bulk'));
  await sleep(80);
  expect(order).toEqual([]);
  live.resolve();
  await first;
  const quietSince = performance.now();
  await bulk;
  expect(order).toEqual(['live', 'bulk']);
  expect(performance.now() - quietSince).toBeGreaterThanOrEqual(45);
});

test('live work never waits, and bulk work goes one piece at a time', async () => {
  const gate = createIdleGate({ quietMs: 0 });
  const piece = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = gate.idle(() => piece.promise);
  const second = gate.idle(async () => order.push('second piece'));
  await sleep(5);
  await gate.live(async () => order.push('live'));
  expect(order).toEqual(['live']);
  piece.reject(new Error('it failed'));
  await expect(first).rejects.toThrow('it failed');
  await second;
  expect(order).toEqual(['live', 'second piece']);
});

test('bulk work gets a small share of a worker that is never quiet', async () => {
  const gate = createIdleGate({ quietMs: 20, leastShare: 1 / 4 });
  const live = Promise.withResolvers<void>();
  const endless = gate.live(() => live.promise);
  const startedAt: number[] = [];
  const piece = async () => {
    startedAt.push(performance.now());
    await sleep(50);
  };
  await Promise.all([gate.idle(piece), gate.idle(piece)]);
  expect((startedAt[1] ?? 0) - (startedAt[0] ?? 0)).toBeGreaterThan(50 + 4 * 45);
  live.resolve();
  await endless;
});
