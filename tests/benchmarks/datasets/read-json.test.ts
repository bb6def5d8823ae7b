import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '../../../src/benchmarks/datasets/read-json.ts';
import { readJsonLines } from '../../../src/benchmarks/datasets/read-lines.ts';
import { failureOf, useFolder } from './dataset-files.ts';

const folder = useFolder();
const values = async (
  file: string,
  ...shape: Parameters<typeof readJson> extends [string, ...infer R] ? R : never
) => (await Array.fromAsync(readJson(file, ...shape))).map(({ value }) => value);

test('what comes out of a list is what JSON.parse makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 20 }), fc.nat(4), async (list, indent) => {
      const text = JSON.stringify(list, null, indent);
      expect(await values(folder.write('a.json', text), {})).toEqual(JSON.parse(text));
    }),
    { numRuns: 150 },
  );
});

test('members of an object come with their names, in the file’s order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.jsonValue()), { maxLength: 10 }), async members => {
      const text = `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
      const entries = await Array.fromAsync(readJson(folder.write('a.json', text), { members: 'all' }));
      expect(entries).toEqual(
        members.map(([key, value]) => ({ list: null, key, value: JSON.parse(JSON.stringify(value)) })),
      );
    }),
    { numRuns: 100 },
  );
});

test('lists are picked out of an object, wherever they stand and whatever stands beside them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()),
      fc.array(fc.jsonValue()),
      fc.jsonValue(),
      async (a, b, other) => {
        // The same names deeper down are no lists.
        const text = JSON.stringify({ x: { a: [1], b: [2] }, b, other, y: [{ a: [3] }], a, z: null });
        const met: string[] = [];
        const entries = await Array.fromAsync(
          readJson(folder.write('a.json', text), { lists: ['a', 'b'] }, { onList: name => met.push(name) }),
        );
        const of = (list: string) => entries.filter(entry => entry.list === list);
        expect(met).toEqual(['b', 'a']);
        expect(of('a').map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(a)));
        expect(of('b').map(({ key }) => key)).toEqual(b.map((_, i) => i));
        expect(entries.length).toBe(a.length + b.length);
      },
    ),
    { numRuns: 100 },
  );
});

test('text is whole where blocks of the file end inside of it', async () => {
  // Blocks have 64 KiB; each of these letters has two to four bytes.
  const list = Array.from({ length: 3000 }, (_, i) => `${i} ${'é漢🙂'.repeat(30)} \\" ${i}`);
  const lines = folder.write('a.jsonl', list.map(text => JSON.stringify(text)).join('\n'));
  expect(await values(folder.write('a.json', list), {})).toEqual(list);
  expect((await Array.fromAsync(readJsonLines(lines))).map(({ value }) => value)).toEqual(list);
});

test.each([
  ['[1, 2', 'line 1'],
  ['[1,\n 2,]', 'line 2'],
  ['{"a": NaN}', 'line 1, column 7'],
  ['[1] [2]', 'line 1'],
  ['', 'is not valid JSON'],
  ["['a']", 'line 1, column 2'],
  ['[1 // one\n]', 'line 1'],
])('%j is no JSON, and the place is named', async (text, message) => {
  const failure = await failureOf(values(folder.write('a.json', text), { members: 'all' }));
  expect(failure.code).toBe('dataset-format');
  expect(failure.message).toContain(message);
});

test('a key __proto__ is a key', async () => {
  const [value] = await values(folder.write('a.json', '[{"__proto__": {"polluted": true}}]'), {});
  expect(Object.keys(value as object)).toEqual(['__proto__']);
  expect((value as { polluted?: boolean }).polluted).toBeUndefined();
});

test('what is nested without end is refused', async () => {
  const text = `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`;
  expect((await failureOf(values(folder.write('a.json', text), {}))).message).toContain(
    'nested more than 64 deep',
  );
});

test('one entry may not fill the memory', { timeout: 120_000 }, async () => {
  const text = `["${'a'.repeat(65 * 1024 * 1024)}"]`;
  const failure = await failureOf(values(folder.write('a.json', text), {}));
  expect(failure.message).toContain('[0] is longer than 67,108,864 characters');
  // Many texts in one entry are as long.
  const parts = `[[${Array.from({ length: 66 }, () => `"${'a'.repeat(1024 * 1024)}"`).join(',')}]]`;
  expect((await failureOf(values(folder.write('a.json', parts), {}))).message).toContain('[0] is longer');
  const lines = Array.fromAsync(readJsonLines(folder.write('a.jsonl', text)));
  expect((await failureOf(lines)).message).toContain('has a line of more than 67,108,864 characters');
});
