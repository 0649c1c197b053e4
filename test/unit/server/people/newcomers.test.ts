import { describe, expect, it } from 'vitest';
import { createNewcomers } from '../../../../server/people/newcomers.ts';

describe('people enrolled a moment ago', () => {
  it('are told to the searches that may have missed them, and to no later one', () => {
    let now = 100_000;
    const newcomers = createNewcomers({ now: () => now });
    const early = newcomers.watch();
    now += 60_000;
    newcomers.add('ann');
    now += 20_000;
    newcomers.add('bea');
    expect(early.since()).toEqual(['ann', 'bea']);
    const late = newcomers.watch();
    // A worker's replica may be a little behind: whoever came just before counts too.
    expect(late.since()).toEqual(['bea']);
    early.end();
    now += 60_000;
    newcomers.add('cid');
    expect(late.since()).toEqual(['bea', 'cid']);
  });

  it('are stored one after the other, also after one that failed', async () => {
    const newcomers = createNewcomers();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('a fails');
    };
    const both = await Promise.allSettled([newcomers.inTurn(work('a')), newcomers.inTurn(work('b'))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});
