import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestQueue } from '../../../src/inference/isolation/request-queue.ts';

const item = (source: string, id: number, size = 1) => ({ source, id, bytes: new Uint8Array(size) });
const queueOf = (limits: Partial<Parameters<typeof createRequestQueue>[0]> = {}) =>
  createRequestQueue<ReturnType<typeof item>>({ maxItems: 10, maxBytes: 1000, sourceShare: 1, ...limits });
const busy = expect.objectContaining({ code: 'busy' });

/** Takes all that waits. */
function drain(queue: ReturnType<typeof queueOf>): number[] {
  const ids: number[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) ids.push(next.id);
  return ids;
}

describe('a request queue', () => {
  it('serves sources by turns and each in order', () => {
    const queue = queueOf();
    for (const [source, id] of [
      ['a', 1],
      ['a', 2],
      ['a', 3],
      ['b', 4],
      ['c', 5],
      ['b', 6],
    ] as const)
      queue.push(item(source, id));
    expect(drain(queue)).toEqual([1, 4, 5, 2, 6, 3]);
  });

  it('lets a source that was just served wait for the others', () => {
    const queue = queueOf();
    queue.push(item('a', 1));
    queue.push(item('b', 2));
    expect(queue.shift()?.id).toBe(1);
    queue.push(item('a', 3));
    expect(drain(queue)).toEqual([2, 3]);
  });

  it('refuses at once what is one too many', () => {
    const queue = queueOf({ maxItems: 2 });
    queue.push(item('a', 1));
    queue.push(item('b', 2));
    expect(() => queue.push(item('c', 3))).toThrow(busy);
    queue.shift();
    queue.push(item('c', 3));
    expect(drain(queue)).toEqual([2, 3]);
  });

  it('refuses what is a byte too many', () => {
    const queue = queueOf({ maxBytes: 100 });
    queue.push(item('a', 1, 60));
    expect(() => queue.push(item('b', 2, 41))).toThrow(busy);
    queue.push(item('b', 3, 40));
    expect(queue.byteLength).toBe(100);
  });

  it('keeps room for others from a source that has its share', () => {
    const queue = queueOf({ maxItems: 4, sourceShare: 0.5 });
    queue.push(item('a', 1));
    queue.push(item('a', 2));
    expect(() => queue.push(item('a', 3))).toThrow(busy);
    queue.push(item('b', 4));
    expect(queue.length).toBe(3);
  });

  it('keeps bytes for others, and lets each source have one item whatever its size', () => {
    const queue = queueOf({ maxBytes: 100, sourceShare: 0.5 });
    queue.push(item('a', 1, 60));
    expect(() => queue.push(item('a', 2, 1))).toThrow(busy);
    queue.push(item('b', 3, 30));
    expect(() => queue.push(item('b', 4, 21))).toThrow(busy);
  });

  it('puts an item that had its turn back to the front, full or not', () => {
    const queue = queueOf({ maxItems: 2 });
    queue.push(item('a', 1));
    queue.push(item('b', 2));
    const first = queue.shift()!;
    queue.push(item('a', 3));
    queue.putBack(first);
    expect(queue.length).toBe(3);
    expect(drain(queue)).toEqual([1, 2, 3]);
  });

  it('forgets a removed item', () => {
    const queue = queueOf();
    const removed = item('a', 1, 5);
    queue.push(removed);
    queue.push(item('a', 2));
    expect(queue.remove(removed)).toBe(true);
    expect(queue.remove(removed)).toBe(false);
    expect(queue.byteLength).toBe(1);
    expect(drain(queue)).toEqual([2]);
  });

  it('has no limits that admit nothing', () => {
    for (const limits of [
      { maxItems: 0 },
      { maxBytes: 0 },
      { sourceShare: 0 },
      { sourceShare: 1.1 },
      { maxItems: Number.NaN },
    ]) {
      expect(() => queueOf(limits)).toThrow(RangeError);
    }
  });

  it('never counts wrongly, never exceeds its limits, and lets no source wait more than a turn of all others', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('push' as const),
        source: fc.constantFrom('a', 'b', 'c'),
        size: fc.nat(60),
      }),
      fc.record({ do: fc.constant('shift' as const) }),
      fc.record({ do: fc.constant('remove' as const), at: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const queue = queueOf({ maxItems: 6, maxBytes: 150, sourceShare: 0.5 });
        const model: ReturnType<typeof item>[] = [];
        const skipped = new Map<string, number>();
        for (const [id, each] of steps.entries()) {
          if (each.do === 'push') {
            const pushed = item(each.source, id, each.size);
            try {
              queue.push(pushed);
              model.push(pushed);
            } catch (error) {
              expect(error).toEqual(busy);
            }
          } else if (each.do === 'remove') {
            const victim = model[each.at % model.length];
            if (victim) {
              expect(queue.remove(victim)).toBe(true);
              model.splice(model.indexOf(victim), 1);
            }
          } else {
            const next = queue.shift();
            expect(next === undefined).toBe(model.length === 0);
            if (!next) continue;
            expect(next).toBe(model.find(({ source }) => source === next.source));
            model.splice(model.indexOf(next), 1);
            for (const source of new Set(model.map(({ source }) => source))) {
              skipped.set(source, source === next.source ? 0 : (skipped.get(source) ?? 0) + 1);
              expect(skipped.get(source)).toBeLessThanOrEqual(2);
            }
            for (const source of skipped.keys())
              if (!model.some(each => each.source === source)) skipped.delete(source);
          }
          for (const source of skipped.keys())
            if (!model.some(left => left.source === source)) skipped.delete(source);
          expect(queue.length).toBe(model.length);
          expect(queue.byteLength).toBe(model.reduce((sum, { bytes }) => sum + bytes.length, 0));
          expect(model.length).toBeLessThanOrEqual(6);
          expect(queue.byteLength).toBeLessThanOrEqual(150);
        }
      }),
    );
  });
});
