import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/benchmarks/run-record.ts';
import type { RunScores } from '../../../src/benchmarks/scores.ts';
import { type DraftSources, draftThread } from '../../../src/launch/thread/draft-thread.ts';
import { findFigures } from '../../../src/launch/thread/find-figures.ts';
import { weightedLengthOf } from '../../../src/launch/thread/measure-post.ts';
import type { ThreadPicture } from '../../../src/launch/thread/thread.ts';
import { ThreadError } from '../../../src/launch/thread/thread-error.ts';
import { CLAIM, DAY_MS, ENDED_AT, makeFinished, makePicture, makeScores } from './make-scores.ts';
import { openTempStore, type TempStore } from './open-temp-store.ts';

const NOW = ENDED_AT + DAY_MS;

let temp: TempStore;
let pictures: ThreadPicture[];
beforeAll(async () => {
  temp = await openTempStore();
  const sample = { outcome: 'value', reason: null, rawId: null } as const;
  await temp.store.samples.add([
    {
      ...{ source: 'github', subject: 'org/visual.narrator', metric: 'stars', value: 1234 },
      ...{ ...sample, takenAt: NOW - 5000, slot: NOW - 6000 },
    },
  ]);
  pictures = [
    await makePicture({ fileName: 'supportedPer100Words.png' }),
    await makePicture({ fileName: 'latency.png', altText: 'Latency.' }),
  ];
});
afterAll(() => temp.close());

function draft(template: string, parts: Partial<DraftSources> = {}) {
  const record: RunRecord = parts.record ?? makeFinished();
  const scores: RunScores = parts.scores ?? makeScores(record);
  return draftThread({
    ...{ record, scores, template, samples: temp.store.samples, now: NOW },
    drawCharts: async () => pictures,
    limits: { staleDays: 14, maxFailedPercent: 2 },
    ...parts,
  });
}

async function textsOf(template: string, parts: Partial<DraftSources> = {}): Promise<string[]> {
  return (await draft(template, parts)).content.parts.map(({ text }) => text);
}

async function faultsOf(template: string, parts: Partial<DraftSources> = {}) {
  const error = await draft(template, parts).then(
    ({ content }) => expect.fail(`drafted ${JSON.stringify(content.parts.map(({ text }) => text))}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ThreadError);
  const { code, faults } = error as ThreadError;
  return { code, faults };
}

describe('draftThread', () => {
  it('puts in what the run measured, with the source of each number', async () => {
    const { content, numbers } = await draft(
      [
        'On {{run.images}} images of {{run.dataset}}, {{ run.date }}:',
        '* {{contender}}: {{run.*.supportedPer100Words}} ({{interval.*.supportedPer100Words}}), {{run.*.describeMsP50}}',
        '---',
        '{{claim.1}} Stars: {{sample.github.org/visual.narrator.stars}}',
      ].join('\n'),
    );
    expect(content.parts.map(({ text }) => text)).toEqual([
      [
        'On 6 images of Samples, 2026-11-25:',
        'embedded: 25.0 per 100 words (20.0 to 28.5 per 100 words), 412 ms',
        'vlm:org/seer-3b-v1.5: 21.7 per 100 words (18.2 to 25.1 per 100 words), 1,844 ms',
      ].join('\n'),
      `${CLAIM} Stars: 1,234`,
    ]);
    const id = makeFinished().id;
    expect(numbers).toContainEqual({ shown: '6', reference: `run:${id}/images`, value: 6 });
    expect(numbers).toContainEqual({
      ...{ shown: '25.0 per 100 words', reference: `run:${id}/embedded/supportedPer100Words`, value: 24.961 },
    });
    expect(numbers).toContainEqual({
      ...{
        shown: '25.1 per 100 words',
        reference: `run:${id}/vlm:org/seer-3b-v1.5/supportedPer100Words.high`,
      },
      value: 25.13,
    });
    expect(numbers).toContainEqual({ shown: '+3.25', reference: `run:${id}/claim.1`, value: 3.25 });
    expect(numbers).toContainEqual({ shown: '< 0.001', reference: `run:${id}/claim.1`, value: 0.001 });
    expect(numbers).toContainEqual({
      ...{ shown: '1,234', value: 1234 },
      reference: `sample:github/org/visual.narrator/stars@${NOW - 6000}`,
    });
  });

  it('drafts the template that comes with it, for a run with everything and for one with as little as there is', async () => {
    const template = await readFile(new URL('../../../config/thread-template.txt', import.meta.url), 'utf8');
    const full = await draft(template);
    expect(full.content.parts.length).toBeGreaterThanOrEqual(5);
    expect(full.content.parts.flatMap(part => part.pictures)).toEqual([pictures[0]]);
    for (const [index, { text }] of full.content.parts.entries()) {
      expect(weightedLengthOf(text)).toBeLessThanOrEqual(280);
      expect(text).toMatch(new RegExp(`\n${index + 1}/${full.content.parts.length}$`));
      expect(text).not.toMatch(/[{}]|undefined|null|NaN|9\.88/);
    }
    const record = makeFinished({ commit: null });
    const bare = makeScores(record, { claims: [] });
    const none = { status: 'not computed' as const, reason: 'It was not asked for.' };
    const little: RunScores = {
      ...bare,
      contenders: bare.contenders.map(each => ({ ...each, results: { supportedPer100Words: none } })),
    };
    const texts = await textsOf(template, { record, scores: little, drawCharts: async () => [] });
    expect(texts.join('\n')).toMatch(/embedded: not computed\nvlm:org\/seer-3b-v1\.5: not computed/);
    expect(texts.join('\n')).toMatch(/comes from a paired test\..*made outside of a checkout/s);
    // A measure without a value is said to be so, never 0.
    expect(texts.join('\n')).not.toMatch(/: 0\b/);
  });

  it('refuses what has no value, unless the line may be left out or says what stands there', async () => {
    const reason =
      'Line 1: {{run.vlm:org/seer-3b-v1.5.cider}} has no value. CIDEr-D of vlm:org/seer-3b-v1.5 was not computed: The set has no references. Begin the line with “?”, and it is left out then.';
    expect(await faultsOf('CIDEr-D: {{run.vlm:org/seer-3b-v1.5.cider}}')).toEqual({
      ...{ code: 'thread-draft', faults: [reason] },
    });
    expect(await textsOf('Results\n?* {{contender}}: {{run.*.cider}}')).toEqual(['Results\nembedded: 0.313']);
    expect(await textsOf('?* {{contender}}: {{run.*.cider}} || {{contender}}: not computed')).toEqual([
      'embedded: 0.313\nvlm:org/seer-3b-v1.5: not computed',
    ]);
    expect((await faultsOf('? {{claim.7}} || {{claim.8}}')).faults).toEqual([
      expect.stringContaining('{{claim.8}} has no value'),
    ]);
    expect(await textsOf('One text\n---\n? {{claim.2}}'.replace('One', 'Some'))).toEqual(['Some text']);
  });

  it('says what there is instead of an unknown reference, and the line', async () => {
    expect(
      await faultsOf(
        'Fine.\n{{run.imgaes}} {{run.embeded.cider}} {{run.embedded.cidre}}\n? {{foo}} {{chart.sup}}\n{{sample.mastodon.a.b}}\n{{claim.x}}',
      ),
    ).toEqual({
      code: 'thread-template',
      faults: [expect.stringMatching(/^Line 3 should hold the chart alone/)],
    });
    const { code, faults } = await faultsOf(
      'Fine.\n{{run.imgaes}} {{run.embeded.cider}} {{run.embedded.cidre}}\n? {{foo}}\n{{sample.mastodon.a.b}}\n{{claim.x}}',
    );
    expect(code).toBe('thread-template');
    expect(faults).toEqual([
      expect.stringMatching(/^Line 2: \{\{run\.imgaes}} is nothing\. Of a run there are id, date, .*images/),
      expect.stringMatching(/^Line 2: .*The contenders are embedded, vlm:org\/seer-3b-v1\.5\.$/),
      expect.stringMatching(
        /^Line 2: .*The measures are supportedPer100Words, contradictedShare, cider, describeMsP50, bertScore\.$/,
      ),
      expect.stringMatching(/^Line 3: \{\{foo}} is nothing\. There are run\.<fact>/),
      expect.stringMatching(/^Line 4: .*Samples are of huggingface, github, x, reddit/),
      expect.stringMatching(/^Line 5: .*Claims are claim\.1/),
    ]);
  });

  it.each([
    ['{{run.images', 'closes or opens nothing'],
    ['run.images}} there', 'closes or opens nothing'],
    ['* no contender in it', 'nothing in it is the contender'],
    ['{{contender}} is one', 'begin it with “*”'],
    ['{{run.commit}} || none', 'does not begin with “?”'],
    ['? {{run.commit}} || {{part}}', 'behind “||”'],
    ['Text {{part}} more text', 'first or the last thing'],
    ['// only a remark', 'holds no text'],
  ])('refuses the template %j', async (template, fault) => {
    expect(await faultsOf(template)).toEqual({
      ...{ code: 'thread-template', faults: expect.arrayContaining([expect.stringContaining(fault)]) },
    });
  });

  it.each([
    'It has 9.88 adjectives a description',
    'A dozen of {{run.images}} images',
    'Twice as many',
    'In 2026',
    '95 % of them',
    'half of all',
    '٣ images',
    'a 4b model',
    'the 7b-model',
    '? {{claim.1}} || 12 of them',
  ])('refuses a figure without a source: %j', async template => {
    expect(await faultsOf(template)).toEqual({
      ...{ code: 'thread-template', faults: [expect.stringContaining('without a source')] },
    });
  });

  it.each([
    '1{{run.images}}',
    '-{{run.images}}',
    '.{{run.images}}',
    '{{run.images}}k',
    '~ {{run.images}}',
    '{{run.images}}{{run.images}}',
    '€{{run.images}}',
    '{{run.images}}%',
  ])('refuses what would change a number: %j', async template => {
    const { code, faults } = await faultsOf(template);
    expect(code).toBe('thread-template');
    expect(faults).toContainEqual(expect.stringContaining('touches a reference'));
  });

  it.each([
    'The best model',
    'embedded beats them',
    'faster than others',
    'State-of-the-art',
    '? {{claim.1}} || It is the best.',
  ])('refuses a comparison that no paired test made: %j', async template => {
    const { code, faults } = await faultsOf(template);
    expect(code).toBe('thread-template');
    expect(faults[0]).toMatch(/^Line 1 compares \(“.*only \{\{claim\.1}}/);
  });

  it('allows a model’s own name, the part’s true number and links', async () => {
    expect(
      await textsOf('seer-3b is a 3b model, by CIDEr-D\n1/2\n---\nhttps://example.org/2026/{{run.id}} 2/2'),
    ).toEqual([
      'seer-3b is a 3b model, by CIDEr-D\n1/2',
      `https://example.org/2026/${makeFinished().id} 2/2`,
    ]);
    expect((await faultsOf('Some text 1/3')).faults).toEqual([expect.stringContaining('“1/3”')]);
  });

  // What is drafted at all has no digit that is not covered by a source or by an exception that has a name.
  it('never drafts a number without a source', async () => {
    const known = new Set(
      ['seer-3b', 'vlm:org/seer-3b-v1.5', 'embedded', makeFinished().id, '1930e45'].flatMap(name => [name]),
    );
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '{{run.images}}',
          '{{run.date}}',
          '{{run.embedded.cider}}',
          '{{claim.1}}',
          '{{run.commit}}',
          '{{run.id}}',
        ],
        ...[
          '{{interval.embedded.cider}}',
          ' ',
          ' ',
          '\n',
          '. ',
          '-',
          '%',
          ',',
          ' of ',
          'k',
          'seer-3b',
          '\n---\n',
          '? ',
        ],
      ),
      fc.nat({ max: 99 }).map(String),
      fc.string({ maxLength: 4 }),
    );
    let drafted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 7 }), async pieces => {
        const result = await draft(pieces.join('')).catch((error: unknown) => {
          if (!(error instanceof ThreadError)) throw error;
        });
        if (!result) return;
        drafted += 1;
        const shown = new Set(
          result.numbers.flatMap(number => findFigures(number.shown)).map(({ text }) => text),
        );
        const { parts } = result.content;
        parts.forEach(({ text }, index) => {
          for (const figure of findFigures(text)) {
            const isPart = figure.text === `${index + 1}/${parts.length}`;
            expect(
              shown.has(figure.text) || known.has(figure.text) || isPart,
              `“${figure.text}” in ${text}`,
            ).toBe(true);
          }
        });
      }),
      { numRuns: 1500 },
    );
    expect(drafted).toBeGreaterThan(100);
  });

  it('splits a part that is too long at ends of sentences, and numbers the pieces', async () => {
    const long = Array.from({ length: 9 }, () => 'A sentence of some letters, or about. ').join('');
    const { content } = await draft(`{{part}} ${long}\n{{chart.latency}}\n---\nThe end. {{part}}`);
    expect(content.parts.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^1\/3 A sentence.*about\.$/),
      expect.stringMatching(/^2\/3 A sentence.*about\.$/),
      'The end. 3/3',
    ]);
    expect(content.parts.map(part => part.pictures.length)).toEqual([1, 0, 0]);
    expect((await faultsOf('word '.repeat(70))).faults).toEqual([
      expect.stringMatching(/^Part 1 of the template has a sentence of 349, 69 more than fit a post/),
    ]);
  });

  it('attaches charts by their names, with alt text', async () => {
    const { content } = await draft(
      'Results\n{{chart.latency}}\n---\nAll of them\n{{chart.supportedPer100Words}}\n{{chart.latency}}',
    );
    expect(content.parts.map(part => part.pictures)).toEqual([[pictures[1]], pictures]);
    expect((await faultsOf('Results\n{{chart.speed}}')).faults).toEqual([
      'Line 2: the run has no chart speed. The charts are supportedPer100Words, latency.',
    ]);
    expect(await textsOf('Results\n? {{chart.speed}}')).toEqual(['Results']);
  });

  it('refuses a part of charts alone, and knows the digits of a contender’s name', async () => {
    expect((await faultsOf('Some text\n---\n? {{claim.9}}\n{{chart.latency}}')).faults).toEqual([
      'Part 2 of the template has charts, but no text.',
    ]);
    const made = makeFinished();
    const contenders = made.contenders.map((each, index) => ({ ...each, name: `seer ${index + 7}` }));
    const record = { ...made, contenders };
    const { numbers } = await draft('* {{contender}} is there', { record });
    expect(numbers).toEqual([
      { shown: '7', reference: `run:${made.id}/names`, value: 7 },
      { shown: '8', reference: `run:${made.id}/names`, value: 8 },
    ]);
  });

  it.each([
    [{ altText: ' ' }, 'has no alt text'],
    [{ altText: 'x'.repeat(1001) }, 'alt text of 1001 characters'],
    [{ pngBase64: Buffer.from('GIF89a').toString('base64') }, 'is no PNG file'],
    [{ fileName: 'supported' }, 'should have a name of letters'],
  ])('refuses a picture %j', async (parts, fault) => {
    const picture = await makePicture(parts);
    const { faults } = await faultsOf('Results\n{{chart.supported}}', { drawCharts: async () => [picture] });
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  it('refuses too large a picture, too many, and none of the text', async () => {
    const small = await makePicture();
    const bytes = Buffer.concat([Buffer.from(small.pngBase64, 'base64'), Buffer.alloc(5_000_000)]);
    const big = { ...small, pngBase64: bytes.toString('base64') };
    expect(
      (await faultsOf('Results\n{{chart.supported}}', { drawCharts: async () => [big] })).faults,
    ).toEqual(["Part 1's picture supported.png has 5.0 MB; X takes 5 MB."]);
    const five = Array.from({ length: 5 }, (_, index) => ({ ...small, fileName: `c${index}.png` }));
    expect(
      (
        await faultsOf(`Results\n${five.map((_, index) => `{{chart.c${index}}}`).join('\n')}`, {
          drawCharts: async () => five,
        })
      ).faults,
    ).toEqual(['Part 1 has 5 pictures; 4 are the most.']);
    expect((await faultsOf('The same\n---\nThe same')).faults).toEqual(
      expect.arrayContaining([expect.stringContaining('says the same')]),
    );
  });

  it('refuses a run that is unfinished, old, unmeasured or has failed too often', async () => {
    const unfinished = await faultsOf('Text', { record: makeFinished({ state: 'running' }) });
    expect(unfinished.faults).toEqual([expect.stringContaining('is not finished')]);
    const stale = await faultsOf('Text', { now: ENDED_AT + 15 * DAY_MS });
    expect(stale.faults).toEqual([expect.stringContaining('ended 15 days ago; after 14 days')]);
    const record = makeFinished();
    const scores = makeScores(record);
    const failed = {
      ...scores,
      contenders: scores.contenders.map(each => ({ ...each, answered: 48, failed: 2 })),
    };
    expect((await faultsOf('Text', { record, scores: failed })).faults).toEqual([
      expect.stringMatching(/^embedded failed on 2 of 50 images .* more than 2 %/),
      expect.stringContaining('vlm:org/seer-3b-v1.5 failed on 2 of 50'),
    ]);
    const other = { ...scores, runId: 'another' };
    expect((await faultsOf('Text', { record, scores: other })).faults).toEqual([
      expect.stringContaining('has no scores yet'),
    ]);
  });

  it('refuses to leave out what has to stand beside the scores', async () => {
    const made = makeFinished();
    const remarks = ['Its text is synopsis, not audio description. It has 2 parts.'];
    const record = { ...made, dataset: { ...made.dataset, remarks } };
    expect((await faultsOf('Text', { record })).faults).toEqual([
      expect.stringContaining('Its text is synopsis'),
    ]);
    expect(await textsOf('Text\n? {{run.remarks}}', { record })).toEqual([
      'Text\nIts text is synopsis, not audio description. It has 2 parts.',
    ]);
  });

  it('lets remarks go on from part to part', async () => {
    const made = makeFinished();
    const long = `A remark: ${'many words without an end, '.repeat(15)}and then one.`;
    const dataset = { ...made.dataset, remarks: [long, 'Another one.'] };
    const texts = await textsOf('{{part}} Text\n{{run.remarks}}', { record: { ...made, dataset } });
    expect(texts).toHaveLength(2);
    const edited = texts.map(text => text.replace(/^\d\/\d /, '')).join(' ');
    expect(edited).toContain(long);
  });

  it('does not take a name for a template, nor a text with a line of hyphens for two parts', async () => {
    const made = makeFinished();
    const record = {
      ...made,
      dataset: { ...made.dataset, name: '{{run.id}}\n---\n$& sets' },
    };
    expect(await textsOf('On {{run.dataset}}', { record })).toEqual(['On {{run.id}} --- $& sets']);
  });
});
