import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FAMILIES } from '../../../../src/inference/engines/vlm/families.ts';
import { loadTransformers } from '../../../../src/inference/load-transformers.ts';
import { TINY_FAMILIES } from './make-tiny-models.ts';

const transformers = await loadTransformers();
const table = Object.entries(FAMILIES).map(([type, family]) => ({ type, ...family }));

it.each(table)('$type is known to the installed transformers.js', ({ type, model, question }) => {
  expect(transformers[model].supports(type)).toBe(true);
  if (question.kind !== 'picture') {
    expect(transformers.AutoModelForImageTextToText.supports(type) || type === 'phi3_v').toBe(true);
  }
});

it.each(table)(
  'the processor of $type takes its arguments in the order of the table',
  ({ processor, order }) => {
    // The library's published bundle is not minified: the names of the arguments are those of its source.
    const source = String(
      (transformers[processor] as unknown as { prototype: { _call?: () => unknown } }).prototype._call ?? '',
    );
    const [first, second] = /^async _call\(\s*(\w+)\s*,\s*(\w+)/.exec(source)?.slice(1) ?? [];
    const expected = {
      'text-image': ['text', 'images'],
      'image-text': ['images', 'text'],
      image: [undefined, undefined],
    };
    expect([first, second]).toEqual(expected[order]);
  },
);

it('docs/models.md names every family, and a model of each is made and run', async () => {
  const docs = await readFile(new URL('../../../../docs/models.md', import.meta.url), 'utf8');
  for (const { type, name } of table) {
    const row = docs.split('\n').find(line => line.startsWith('|') && line.includes(`\`${type}\``));
    expect(row).toContain(name);
  }
  expect(table.map(({ type }) => type).sort()).toEqual(TINY_FAMILIES.toSorted());
});
