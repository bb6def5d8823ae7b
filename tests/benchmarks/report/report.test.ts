import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/benchmarks/report/findings.ts';
import { buildReport } from '../../../src/benchmarks/report/report-document.ts';
import { readLatestTable } from '../../../src/benchmarks/report/summarise-run.ts';
import { toCsv } from '../../../src/benchmarks/report/to-csv.ts';
import { escapeLatex, toLatex } from '../../../src/benchmarks/report/to-latex.ts';
import { escapeMarkdown } from '../../../src/benchmarks/report/to-markdown.ts';
import { writeReport } from '../../../src/benchmarks/report/write-report.ts';
import { openRunFolder } from '../../../src/benchmarks/run-folder.ts';
import { runScores } from '../../../src/benchmarks/scores.ts';
import { decodeImage } from '../../../src/inference/image/decode-image.ts';
import { HOSTILE, record, scores } from './example-run.ts';

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tableOf = (name: string) =>
  buildReport(record, scores)
    .sections.flatMap(({ tables }) => tables)
    .find(table => table.name === name)!;

describe('a report', () => {
  it('has a row for each measure that was computed, and says why the others were not', () => {
    const captions = tableOf('captions');
    expect(captions.columns).toEqual(['Measure', 'embedded', HOSTILE]);
    expect(captions.rows).toEqual([['CIDEr-D ↑', '0.412 (0.390 to 0.440)', '0.900 (0.880 to 0.930)']]);
    expect(captions.notes).toEqual(['BERTScore F1: not computed: It needs an encoder model.']);
    const efficiency = tableOf('efficiency');
    expect(efficiency.rows).toEqual([
      ['Time, median, ms ↓', '1,309 (1,200 to 1,400)', 'not computed'],
      ['Peak memory, GB ↓', '0.51', 'not computed'],
    ]);
    expect(efficiency.notes).toEqual([
      `Time, median, Peak memory of ${HOSTILE}: not computed: It was not run here.`,
    ]);
  });

  it('tells of a group by itself, of comparisons, targets and how all was measured', () => {
    expect(tableOf('captions-out-domain').rows).toEqual([
      ['CIDEr-D ↑', '0.200 (0.100 to 0.300)', 'not computed'],
    ]);
    expect(tableOf('comparisons').rows[0]).toEqual([
      ...['CIDEr-D ↑', 'embedded', HOSTILE, '0.488 (0.450 to 0.520)', '0.001', '498', HOSTILE],
    ]);
    expect(tableOf('targets').rows[0]).toContain('not met');
    const method = Object.fromEntries(tableOf('method').rows as [string, string][]);
    expect(method.Images).toBe('500 of 4,500, drawn with seed 1');
    expect(method['Data, SHA-256']).toBe(record.dataset.hash);
    expect(tableOf('contenders').rows[1]).toContain('498 answered, 2 failed');
  });

  it('finds what the tests show, and says in short where they show nothing', () => {
    const open = {
      ...scores.comparisons[0]!,
      measure: 'bertscoreF1',
      verdict: 'no-difference-shown' as const,
    };
    const claim = { text: 'A long sentence.', measure: 'bertscoreF1', a: 'embedded', b: HOSTILE };
    const more = {
      ...scores,
      comparisons: [open, ...scores.comparisons],
      claims: [claim, ...scores.claims],
    };
    expect(findingsOf(more)).toEqual([
      'On 498 images, B is better than A on CIDEr-D.',
      `No difference is shown between embedded and ${HOSTILE} on BERTScore F1.`,
    ]);
    expect(tableOf('ranks')).toMatchObject({
      columns: ['Contender', 'CIDEr-D'],
      rows: [
        ['embedded', '2'],
        [HOSTILE, '1'],
      ],
    });
  });

  it('gives each contender a row where there are many', () => {
    const many = Array.from({ length: 7 }, (_, i) => ({ ...scores.contenders[0]!, name: `model ${i}` }));
    const table = buildReport(record, { ...scores, contenders: many })
      .sections.flatMap(({ tables }) => tables)
      .find(({ name }) => name === 'captions')!;
    expect(table.columns).toEqual(['Contender', 'CIDEr-D ↑']);
    expect(table.rows).toHaveLength(7);
  });

  it('calls an unfinished run provisional', () => {
    expect(buildReport({ ...record, state: 'running' }, scores).warnings[0]).toMatch(/provisional/);
    expect(buildReport(record, scores).warnings).toEqual([
      ...record.dataset.remarks,
      'embedded: It speaks no model’s language.',
    ]);
  });

  it('is written as files, each chart with words from its figures', async () => {
    const files = await writeReport(record, scores, folder, signal);
    expect(files).toEqual(
      expect.arrayContaining(['report.md', 'report.html', 'results.csv', 'results.json', 'tables.tex']),
    );
    expect(files).toContain('charts/density-against-grounding.svg');
    // One point shows no relation.
    expect(files).not.toContain('charts/latency-against-quality.svg');
    const read = (name: string) => readFile(path.join(folder, name), 'utf8');
    const alt = (await read('charts/cider.txt')).trim();
    expect(alt).toMatch(/embedded: 0\.412 \(0\.390 to 0\.440\)\./);
    const { source } = await decodeImage(await readFile(path.join(folder, 'charts/cider.png')), {
      name: 'chart',
    });
    expect(source.format).toBe('png');
    const markdown = await read('report.md');
    expect(markdown).toContain(`![${escapeMarkdown(alt)}](charts/cider.png)`);
    const page = await read('report.html');
    expect(page.match(/<img /g)).toHaveLength(files.filter(file => file.endsWith('.svg')).length);
    expect(page.match(/<img [^>]*alt="[^"]+/g)).toHaveLength(page.match(/<img /g)!.length);
    expect(page).not.toContain('<b>');
    const { run, scores: saved } = JSON.parse(await read('results.json'));
    expect(run.id).toBe(record.id);
    expect(runScores.parse(saved)).toEqual(scores);
  });

  it('says where it cannot be written', async () => {
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    await expect(writeReport(record, scores, file, signal)).rejects.toMatchObject({
      code: 'benchmark-report',
      message: expect.stringContaining('--out'),
    });
  });
});

describe('what programs read', () => {
  it('has a line for each contender, group and measure, with blanks for what is unknown', () => {
    const lines = parseCsv(toCsv(scores), { columns: true }) as Record<string, string>[];
    expect(lines).toHaveLength(3 * scores.measures.length);
    expect(lines[0]).toMatchObject({ contender: 'embedded', group: '', score: '21.13', low: '18.2' });
    const unknown = lines.filter(({ measure }) => measure === 'bertscoreF1');
    expect(unknown.every(({ score }) => score === '')).toBe(true);
    // No spreadsheet takes a name for a formula.
    expect(lines.at(-1)!.contender).toBe(`'${HOSTILE}`);
  });

  it('is LaTeX with one table for each of the report', () => {
    const latex = toLatex(buildReport(record, scores));
    expect(latex.match(/\\begin\{tabular\}/g)).toHaveLength(latex.match(/\\end\{tabular\}/g)!.length);
    expect(latex).toContain(String.raw`CIDEr-D $\uparrow$ & 0.412 (0.390 to 0.440)`);
  });

  it('escapes whatever it is given for LaTeX and Markdown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const bare = escapeLatex(text)
          .replaceAll(
            /\\(?:textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textquotedbl)\{\}/g,
            '',
          )
          .replaceAll(/\$(?:\\uparrow|\\downarrow|-)\$/g, '')
          .replaceAll(/\\[&%$#_{}]/g, '');
        expect(bare).not.toMatch(/[\\&%$#_{}~^]/);
        expect(escapeMarkdown(text).replaceAll(/\\./g, '')).not.toMatch(/[`*_[\]<>|]/);
      }),
    );
  });
});

describe('the latest run', () => {
  it('is the newest that is finished and measured, in one small table', async () => {
    const runs = openRunFolder(path.join(folder, 'runs'));
    expect(await readLatestTable(runs)).toBeNull();
    await runs.write(record);
    await runs.writeScores(scores);
    await runs.write({ ...record, id: 'newer', state: 'running', createdAt: record.createdAt + 1 });
    await runs.write({ ...record, id: 'unmeasured', createdAt: record.createdAt + 2 });
    const table = await readLatestTable(runs);
    expect(table).toMatchObject({
      title: 'NoCaps validation, validation',
      source: `Run ${record.id}, 500 images, commit c81d3ca`,
      columns: ['Contender', 'Supported adjectives, per 100 words ↑', 'CIDEr-D ↑', 'Time, median, ms ↓'],
    });
    expect(table!.rows[0]).toEqual([
      ...['embedded', '21.1 (18.2 to 24.0)', '0.412 (0.390 to 0.440)', '1,309 (1,200 to 1,400)'],
    ]);
    expect(table!.notes).toContain(record.dataset.remarks[0]);
  });
});
