import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatPercent, formatTime } from '../../../../client/console/format.ts';

describe('formats', () => {
  it.each([
    [0, '0 %'],
    [0.975, '98 %'],
    [0.9987, '99.8 %'],
    [0.99999, '99.9 %'],
    [1, '100 %'],
    [1.2, '100 %'],
  ])('writes the probability %f as %s', (probability, text) => {
    expect(formatPercent(probability)).toBe(text);
  });

  it.each([
    [-5, '0 s'],
    [3999, '3 s'],
    [60_000, '1 min'],
    [3 * 3_600_000, '3 h'],
    [50 * 3_600_000, '2 d'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes the date only of a time that is not today', () => {
    const noon = new Date(2026, 4, 1, 12, 0, 0).getTime();
    expect(formatTime(noon, noon + 1000)).not.toContain('2026');
    expect(formatTime(noon, noon + 48 * 3_600_000)).toContain('2026');
  });

  it('writes sizes in KB and MB', () => {
    expect([formatBytes(10), formatBytes(2048), formatBytes(3.5 * 1024 * 1024)]).toEqual([
      '1 KB',
      '2 KB',
      '3.5 MB',
    ]);
  });
});
