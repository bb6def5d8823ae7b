import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashContent } from '../../../src/launch/thread/hash-content.ts';
import type { ThreadContent } from '../../../src/launch/thread/thread.ts';

const string = fc.string({ unit: 'binary', maxLength: 20 });
const picture = fc.record({
  fileName: string,
  pngBase64: fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes).toString('base64')),
  altText: string,
});
const content: fc.Arbitrary<ThreadContent> = fc.record({
  parts: fc.array(fc.record({ text: string, pictures: fc.array(picture, { maxLength: 4 }) }), {
    maxLength: 4,
  }),
});

describe('hashContent', () => {
  it('is SHA-256 in hex, the same for the same content, also when it was kept as JSON', () => {
    fc.assert(
      fc.property(content, one => {
        expect(hashContent(one)).toMatch(/^[0-9a-f]{64}$/);
        expect(hashContent(JSON.parse(JSON.stringify(one)))).toBe(hashContent(one));
      }),
    );
  });

  it('differs wherever anything differs', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        expect(hashContent(one) === hashContent(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('is another one with any byte of a text, a picture, its name or its alt text changed', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (one, which, where, by) => {
        const changed = structuredClone(one);
        const places = changed.parts.flatMap(part => [
          { owner: part as object as Record<string, string>, key: 'text' },
          ...part.pictures.flatMap(each =>
            Object.keys(each).map(key => ({ owner: each as object as Record<string, string>, key })),
          ),
        ]);
        const found = places.filter(({ owner, key }) => owner[key] !== '');
        fc.pre(found.length > 0);
        const { owner, key } = found[which % found.length]!;
        if (key === 'pngBase64') {
          const bytes = Buffer.from(owner[key]!, 'base64');
          bytes[where % bytes.length]! ^= by;
          owner[key] = bytes.toString('base64');
        } else {
          const units = owner[key]!.split('');
          const at = where % units.length;
          units[at] = String.fromCharCode(units[at]!.charCodeAt(0) ^ by);
          owner[key] = units.join('');
        }
        expect(hashContent(changed)).not.toBe(hashContent(one));
      }),
      { numRuns: 500 },
    );
  });

  it('tells a text that moves from one part, or field, to the next', () => {
    const of = (...texts: string[]) => hashContent({ parts: texts.map(text => ({ text, pictures: [] })) });
    expect(new Set([of('ab', 'c'), of('a', 'bc'), of('abc'), of('abc', ''), of('', 'abc')]).size).toBe(5);
    expect(of('\ud800')).not.toBe(of('\ud801'));
  });
});
