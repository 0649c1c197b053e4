import { describe, expect, it } from 'vitest';
import { t } from '../../../../client/i18n/t.ts';

describe('t', () => {
  it('finds a message by its path', () => {
    expect(t('ui.state.poor-quality')).toBe('Poor picture');
  });

  it('fills in values, numbers with their separators', () => {
    expect(t('console.streams.lead', { online: 2, count: 1200, people: 31_000 })).toBe(
      '2 of 1,200 online · 31,000 enrolled',
    );
  });

  it('chooses the plural by count', () => {
    expect(t('console.people.photos', { count: 1 })).toBe('1 photo');
    expect(t('console.people.photos', { count: 0 })).toBe('0 photos');
  });

  it('leaves a value that looks like a placeholder as it is', () => {
    expect(t('console.noMatch', { query: '{count} $& \\1' })).toBe('Nothing matches “{count} $& \\1”');
  });
});
