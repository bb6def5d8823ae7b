import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../src/rate-limiter.ts';

describe('the rate limiter', () => {
  it('lets through so many in any minute, and says when the next may come', () => {
    let time = 0;
    const limiter = createRateLimiter(() => time);
    const take = (amount = 1) => limiter.take([{ key: 'a', perMinute: 3 }], amount);
    expect([take(), take()]).toEqual([0, 0]);
    time = 20_000;
    expect([take(), take()]).toEqual([0, 40_000]);
    time = 59_999;
    expect(take()).toBe(1);
    time = 60_000;
    expect([take(2), take()]).toEqual([0, 20_000]);
  });

  it('takes from all limits or from none, and lets no amount wait for ever', () => {
    let time = 0;
    const limiter = createRateLimiter(() => time);
    const wide = { key: 'wide', perMinute: 10 };
    const narrow = { key: 'narrow', perMinute: 1 };
    expect(limiter.take([wide, narrow], 5)).toBe(0);
    expect(limiter.take([wide, narrow], 5)).toBe(60_000);
    expect(limiter.take([wide], 5)).toBe(0);
    expect(limiter.take([wide], 1)).toBe(60_000);
    time = 60_000;
    expect(limiter.take([wide, narrow], 99)).toBe(0);
  });

  it('never lets through more than the limit within a minute, and what it says about waiting is true', () => {
    const steps = fc.array(fc.record({ after: fc.nat(30_000), amount: fc.integer({ min: 1, max: 5 }) }));
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (all, perMinute) => {
        let time = 0;
        const limiter = createRateLimiter(() => time);
        const taken: number[] = [];
        for (const { after, amount } of all) {
          time += after;
          const units = Math.min(amount, perMinute);
          const waitMs = limiter.take([{ key: 'k', perMinute }], amount);
          const recent = taken.filter(at => at > time - 60_000).length;
          expect(waitMs === 0).toBe(recent + units <= perMinute);
          if (waitMs === 0) taken.push(...Array<number>(units).fill(time));
          else
            expect(taken.filter(at => at > time + waitMs - 60_000).length + units).toBeLessThanOrEqual(
              perMinute,
            );
        }
      }),
    );
  });
});
