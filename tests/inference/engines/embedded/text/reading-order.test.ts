import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inReadingOrder } from '../../../../../src/inference/engines/embedded/text/reading-order.ts';

const at = (name: string, left: number, top: number, width: number, height = 10) => ({
  name,
  bounds: { left, top, right: left + width, bottom: top + height },
});
const order = (...stretches: ReturnType<typeof at>[]) =>
  inReadingOrder(stretches)
    .map(({ name }) => name)
    .join(' ');

describe('inReadingOrder', () => {
  test('reads lines from the top, and words from the left', () => {
    expect(order(at('c', 0, 30, 90), at('b', 60, 1, 40), at('a', 0, 0, 50), at('d', 0, 43, 90))).toBe(
      'a b c d',
    );
  });

  test('reads columns one after the other, below their title', () => {
    expect(
      order(
        at('title', 0, 0, 200),
        ...[40, 53, 66].flatMap((top, row) => [
          at(`left${row}`, 0, top, 90),
          at(`right${row}`, 130, top, 90),
        ]),
      ),
    ).toBe('title left0 left1 left2 right0 right1 right2');
  });

  test('takes blanks that lie below one another for no columns', () => {
    expect(order(at('a', 0, 0, 90), at('b', 97, 0, 90), at('c', 0, 14, 90), at('d', 97, 14, 90))).toBe(
      'a b c d',
    );
  });

  test('keeps lines apart whose boxes overlap a little', () => {
    expect(order(at('b', 0, 9, 90, 11), at('a', 0, 0, 90, 11))).toBe('a b');
  });

  test('loses and adds nothing', () => {
    const number = fc.integer({ min: 0, max: 100 });
    const stretch = fc.tuple(
      number,
      number,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 20 }),
    );
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 25 }), list => {
        const stretches = list.map(([left, top, width, height], index) =>
          at(String(index), left, top, width, height),
        );
        const ordered = inReadingOrder(stretches);
        expect(ordered).toHaveLength(stretches.length);
        expect(new Set(ordered)).toEqual(new Set(stretches));
      }),
    );
  });
});
