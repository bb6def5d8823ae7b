import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pairCaptions, readCandidates, readReferences } from '../../src/caption-files.ts';
import { runNarrator } from './run-narrator.ts';

async function runCli(...words: string[]) {
  const { status, stdout: out, stderr: err } = await runNarrator(words);
  return { status, out, err };
}

const folder = mkdtempSync(join(tmpdir(), 'score-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  );
  return path;
}

const coco = {
  images: [{ id: 1 }, { id: 2 }, { id: 3 }],
  annotations: [
    { id: 10, image_id: 1, caption: 'A young girl standing on a tennis court.' },
    { id: 11, image_id: 1, caption: 'A girl plays tennis with a racket.' },
    { id: 12, image_id: 2, caption: 'A giraffe standing in a green field.' },
    { id: 13, image_id: 3, caption: 'Two dogs sleep next to an old bus.' },
  ],
};
const results = [
  { image_id: 1, caption: 'A girl standing on a tennis court' },
  { image_id: 2, caption: 'A giraffe eats the grass' },
  { image_id: 3, caption: 'A cat on a bus' },
];
const references = file('captions.json', coco);
const candidates = file('results.json', results);

describe('narrator score', () => {
  test('prints a table with intervals, the sample count, and what was not computed', async () => {
    const { status, out, err } = await runCli(
      'score',
      '--candidates',
      candidates,
      '--references',
      references,
    );
    expect(err).toBe('');
    expect(status).toBe(0);
    expect(out).toContain('3 images, 4 references');
    expect(out).toMatch(/BLEU-4 +0\.\d{4} +0\.\d{4} to 0\.\d{4}/);
    expect(out).toMatch(/METEOR .*WordNet 3\.1/);
    expect(out).toMatch(/SPICE \(rule-based\) +0\.\d{4}/);
    expect(out).toMatch(/BERTScore +not computed .*--bertscore-model/);
    expect(out).toMatch(/Adjectives per 100 words +\d+\.\d{4}/);
    expect(out).toContain('1,000 resamples, seed 1');
    expect(out).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('--json says the same for programs, and the same twice', async () => {
    const words = ['score', '--candidates', candidates, '--references', references, '--json', '--per-image'];
    const [first, second] = [await runCli(...words), await runCli(...words)];
    expect(first.out).toBe(second.out);
    const report = JSON.parse(first.out);
    expect(report).toMatchObject({
      images: 3,
      references: 4,
      imagesWithoutCandidate: [],
      bootstrap: { confidence: 0.95, resamples: 1000, seed: 1 },
      warnings: [],
    });
    expect(report.metrics.find((metric: { name: string }) => metric.name === 'CIDEr-D')).toMatchObject({
      status: 'computed',
      score: expect.any(Number),
      interval: { low: expect.any(Number), high: expect.any(Number) },
    });
    expect(report.perImage[0]).toMatchObject({ image_id: '1', scores: { 'BLEU-1': expect.any(Number) } });
  });

  test('one image: CIDEr-D and the intervals are not computed, and nothing is NaN', async () => {
    const { status, out } = await runCli(
      ...['score', '--candidates', file('one.json', results.slice(0, 1))],
      ...[
        '--references',
        file('one-ref.json', { annotations: coco.annotations.slice(0, 2) }),
        '--metrics',
        'bleu,cider',
      ],
    );
    expect(status).toBe(0);
    expect(out).toContain('1 image, 2 references');
    expect(out).toMatch(/CIDEr-D +not computed .*there is one image/);
    expect(out).toContain('not computed: one image');
    expect(out).not.toContain('NaN');
  });

  test('a missing side is an error that says what to do; --allow-missing scores the rest and says so', async () => {
    const some = file('some.json', results.slice(0, 2));
    const refused = await runCli('score', '--candidates', some, '--references', references);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('1 image with references but no candidate: 3.');
    expect(refused.err).toContain('--allow-missing');
    const allowed = await runCli(
      'score',
      '--candidates',
      some,
      '--references',
      references,
      '--allow-missing',
      '--metrics',
      'rougel',
    );
    expect(allowed.status).toBe(0);
    expect(allowed.out).toContain('2 images, 3 references\n1 image without a candidate left out: 3.');
  });

  test('warnings for empty candidates and other languages', async () => {
    const { err } = await runCli(
      ...['score', '--metrics', 'bleu', '--references', references],
      ...[
        '--candidates',
        file(
          'de.json',
          results.map((row, i) => ({ ...row, caption: i ? 'собака на траве' : '' })),
        ),
      ],
    );
    expect(err).toContain('1 candidate without a word, scored 0: 1.');
    expect(err).toContain('The candidates do not look like English.');
  });

  test('used wrongly: exit status 2', async () => {
    expect((await runCli('score')).status).toBe(2);
    // Results scored against themselves would be perfect.
    const alone = await runCli('score', '--candidates', candidates);
    expect(alone.status).toBe(2);
    expect(alone.err).toContain('Name the reference captions with --references');
    const { status, err } = await runCli('score', '--candidates', candidates, '--metrics', 'bleu,blue');
    expect(status).toBe(2);
    expect(err).toContain('There is no metric blue.');
  });
});

describe('narrator compare', () => {
  const better = file(
    'better.json',
    coco.annotations.slice(1).map(({ image_id, caption }) => ({ image_id, caption })),
  );

  test('says which is better, or that no difference is shown', async () => {
    const many = Array.from({ length: 40 }, (_, i) => i + 1);
    const truth = many.map(i => ({
      image_id: i,
      caption: `A ${i % 2 ? 'dog' : 'cat'} sits on bench number ${i} in the park`,
    }));
    const refs = file('many.jsonl', truth.map(row => JSON.stringify(row)).join('\n'));
    const good = file(
      'good.json',
      truth.map(row => ({ ...row, caption: row.caption.replace('bench', 'seat') })),
    );
    const bad = file(
      'bad.json',
      truth.map(row => ({ ...row, caption: 'A picture of something in a park' })),
    );
    for (const kind of ['bootstrap', 'permutation']) {
      const words = ['--references', refs, '--metrics', 'bleu,cider', '--test', kind];
      const { status, out } = await runCli('compare', bad, good, ...words);
      expect(status).toBe(0);
      expect(out).toMatch(/^B is better on CIDEr-D \(difference \+\d\.\d{4}, .*\), p = 0\.\d+\.$/m);
      expect((await runCli('compare', good, good, ...words)).out).toMatch(
        /^No difference shown on BLEU-4 .*p = 1\.000\.$/m,
      );
    }
  });

  test('both sets must hold the same images', async () => {
    const { status, err } = await runCli('compare', candidates, better, '--references', references, '--json');
    expect(status).toBe(0);
    expect(err).toBe('');
    const fewer = file('fewer.json', results.slice(0, 2));
    const refused = await runCli('compare', candidates, fewer, '--references', references);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('references but no candidate: 3.');
  });
});

describe('files', () => {
  test('COCO, JSON Lines and CSV hold the same', async () => {
    const rows = results.map(row => JSON.stringify(row)).join('\r\n');
    const fromJson = await readCandidates(candidates);
    expect(await readCandidates(file('results.jsonl', `${rows}\n\n`))).toEqual(fromJson);
    const grouped = [1, 2, 3].map(image_id => ({
      image_id,
      captions: coco.annotations.filter(row => row.image_id === image_id).map(({ caption }) => caption),
    }));
    expect(
      await readReferences(file('refs.jsonl', grouped.map(row => JSON.stringify(row)).join('\n'))),
    ).toEqual(await readReferences(references));
    const csv = file(
      'pairs.csv',
      'image_id,text_gt,text_gen\n7,"A dog, a cat",a dog\n7,Two pets,a dog\n8,A "bus",x\n'.replace(
        'A "bus"',
        '"A ""bus"""',
      ),
    );
    expect([...(await readCandidates(csv))]).toEqual([
      ['7', 'a dog'],
      ['8', 'x'],
    ]);
    expect((await readReferences(csv)).get('7')).toEqual(['A dog, a cat', 'Two pets']);
  });

  test('a CSV without image_id has an image a row, and is enough for score', async () => {
    const csv = file('rows.csv', '\uFEFFtext_gt,text_gen\nA dog.,A dog.\nA cat.,A cat.\n');
    const { status, out } = await runCli('score', '--candidates', csv, '--metrics', 'bleu');
    expect(status).toBe(0);
    expect(out).toContain('2 images, 2 references');
    expect(out).toMatch(/BLEU-1 +1\.0000/);
  });

  test('a byte order mark is no part of the JSON', async () => {
    expect((await readCandidates(file('bom.json', `\uFEFF${JSON.stringify(results)}`))).size).toBe(3);
  });

  test.each([
    ['bad.json', '[{"image_id": 1,\n "caption": "a"},\n {"image_id" 2}]', 'line 3, column 14'],
    ['cut.json', '[{"image_id": 1, "caption": "a', 'is not valid JSON: line 1, column'],
    ['empty.json', '', 'is not valid JSON: line 1, column 1'],
    ['bad.jsonl', '{"image_id": 1, "caption": "a"}\n{oops}\n', 'line 2 is no JSON'],
    ['bad.csv', 'image_id,text_gen\n1,"a\n', 'is not valid CSV'],
    ['column.csv', 'image_id,text\n1,a\n', '[0].text_gen'],
    ['number.json', [{ image_id: 1, caption: 7 }], '[0].caption'],
    ['float.json', [{ image_id: 1.5, caption: 'a' }], '[0].image_id'],
    ['object.json', { captions: [] }, 'the whole'],
    ['twice.json', [...results, results[1]], 'more than one candidate for 1 image: 2.'],
    ['long.json', [{ image_id: 9, caption: 'a '.repeat(30_000) }], 'image 9 has 60,000 characters'],
    ['latin1.json', Uint8Array.of(0x5b, 0x22, 0xe9, 0x22, 0x5d), 'is not UTF-8'],
  ])('%s is refused with the place and the reason', async (name, content, message) => {
    const path = file(name, content);
    await expect(readCandidates(path)).rejects.toMatchObject({
      name: 'CaptionFileError',
      code: expect.stringMatching(/^caption-(?:file|format|ids)$/),
      message: expect.stringContaining(path),
    });
    await expect(readCandidates(path)).rejects.toThrow(message);
  });

  test('a file that is not there', async () => {
    await expect(readReferences(join(folder, 'none.json'))).rejects.toThrow(/none\.json cannot be read/);
  });

  test('references that hold no word count as missing', async () => {
    const path = file('blank.json', { annotations: [{ image_id: 1, caption: ' ... ' }] });
    const pair = async () => pairCaptions(new Map([['1', 'a dog']]), await readReferences(path), true);
    await expect(pair()).rejects.toThrow('1 image with a candidate but no reference: 1.');
  });

  test('nothing in common is an error even when missing images are allowed', () => {
    expect(() => pairCaptions(new Map([['1', 'a']]), new Map([['2', ['b']]]), true)).toThrow(
      'No image has both',
    );
  });
});
