import { HEADLINE_MEASURES } from '../headline-measures.ts';
import { rankContenders } from '../rank-contenders.ts';
import type { RunRecord } from '../run-record.ts';
import type { Measure, MeasureResult, RunScores } from '../scores.ts';
import { findingsOf } from './findings.ts';
import { chartsOf, type ReportChart } from './report-charts.ts';
import { remarksOf, sourceLine } from './source-line.ts';
import { headMeasure, writeResult } from './write-score.ts';

/** A report before it gets a form: the same words and figures for Markdown, HTML and LaTeX. */
export interface ReportDocument {
  readonly title: string;
  /** One line: run, commit, images. */
  readonly source: string;
  /** What has to be read before any figure: the remarks of the data set and of contenders, an unfinished run. */
  readonly warnings: readonly string[];
  readonly sections: readonly ReportSection[];
}

interface ReportSection {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
  readonly tables: readonly ReportTable[];
  readonly charts: readonly ReportChart[];
}

export interface ReportTable {
  /** For references and file names: `adjectives`. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell heads the row. */
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

const FAMILIES: readonly { readonly family: Measure['family']; readonly heading: string }[] = [
  { family: 'adjectives', heading: 'Adjectives, and what the pictures bear out' },
  { family: 'captions', heading: 'Agreement with reference texts' },
  { family: 'audio-description', heading: 'Guidelines of audio description' },
  { family: 'efficiency', heading: 'Speed, memory and cost' },
];
/** With more contenders than this each gets a row rather than a column. */
const MOST_COLUMNS = 5;
const MOST_COMPARISONS = 60;

/** Puts a run and its scores into words and tables. */
export function buildReport(record: RunRecord, scores: RunScores): ReportDocument {
  const { dataset } = record;
  return {
    title: `Benchmark ${record.id}`,
    source: sourceLine(record),
    warnings: [
      ...(record.state === 'finished' ? [] : ['The run is not finished: these figures are provisional.']),
      ...dataset.remarks,
      ...remarksOf(record),
    ],
    sections: [
      ...section('Findings', {
        paragraphs: [
          'Each sentence comes from paired tests on the same images, on measures that were fixed before. Where no difference is shown, there may be one that the images are too few to show.',
        ],
        items: findingsOf(scores),
        tables: rankTable(scores),
      }),
      ...section('Targets', { tables: targetTable(scores) }),
      ...FAMILIES.flatMap(({ family, heading }) =>
        section(heading, {
          tables: familyTables(record, scores, family),
          charts: chartsOf(record, scores, family),
        }),
      ),
      ...section('Paired comparisons', { tables: comparisonTable(scores) }),
      ...section('Method', { tables: [methodTable(record, scores), contenderTable(record, scores)] }),
    ],
  };
}

/** Ranks by the tests of the headline measures; none where there is nobody to be ranked among. */
function rankTable(scores: RunScores): ReportTable[] {
  const measures = scores.measures.filter(({ key }) => HEADLINE_MEASURES.has(key));
  const ranks = measures
    .map(measure => ({ measure, ranks: rankContenders(scores, measure.key) }))
    .filter(({ ranks }) => ranks.length > 0);
  if (ranks.length === 0) return [];
  const rows = scores.contenders.map(({ name }) => [
    name,
    ...ranks.map(({ ranks }) => {
      const own = ranks.find(({ contender }) => contender === name);
      return own ? `${own.rank}${own.tiedWith.length > 0 ? ' =' : ''}` : '–';
    }),
  ]);
  return [
    {
      name: 'ranks',
      caption: 'Ranks by the tests alone',
      columns: ['Contender', ...ranks.map(({ measure }) => measure.label)],
      rows,
      notes: ['“=”: no difference shown from another contender. “–”: not compared.'],
    },
  ];
}

/** None where there is nothing in it. */
function section(heading: string, parts: Partial<Omit<ReportSection, 'heading'>>): ReportSection[] {
  const { paragraphs = [], items = [], tables = [], charts = [] } = parts;
  if (items.length + tables.length + charts.length === 0) return [];
  return [{ heading, paragraphs, items, tables, charts }];
}

function familyTables(record: RunRecord, scores: RunScores, family: Measure['family']): ReportTable[] {
  const measures = scores.measures.filter(measure => measure.family === family);
  if (measures.length === 0) return [];
  const whole = scoreTable(
    { name: family, caption: `${record.dataset.name}, ${record.dataset.split}: means with 95 % intervals` },
    measures,
    scores.contenders.map(({ name, results }) => ({ name, results })),
  );
  const groups = new Set(scores.contenders.flatMap(contender => Object.keys(contender.groups)));
  return [
    whole,
    ...[...groups].toSorted().map(group =>
      scoreTable(
        { name: `${family}-${slugOf(group)}`, caption: `${group} alone: means with 95 % intervals` },
        measures,
        scores.contenders.map(contender => ({
          name: contender.name,
          results: contender.groups[group] ?? {},
        })),
      ),
    ),
  ];
}

function slugOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function scoreTable(
  about: Pick<ReportTable, 'name' | 'caption'>,
  measures: readonly Measure[],
  contenders: readonly { readonly name: string; readonly results: Readonly<Record<string, MeasureResult>> }[],
): ReportTable {
  // A measure that nobody has been measured by, for one reason, is a note rather than a row of blanks.
  const shown = measures.filter(({ key }) =>
    contenders.some(({ results }) => results[key]?.status === 'computed'),
  );
  const cells = shown.map(measure =>
    contenders.map(({ results }) => writeResult(results[measure.key], measure)),
  );
  const notes = notesOf(measures, contenders);
  if (contenders.length <= MOST_COLUMNS) {
    const rows = shown.map((measure, row) => [headMeasure(measure), ...cells[row]!]);
    return { ...about, columns: ['Measure', ...contenders.map(({ name }) => name)], rows, notes };
  }
  const rows = contenders.map(({ name }, column) => [name, ...cells.map(row => row[column]!)]);
  return { ...about, columns: ['Contender', ...shown.map(headMeasure)], rows, notes };
}

/** What a reader must know of the figures: each note and each reason once, with whom it concerns. */
function notesOf(
  measures: readonly Measure[],
  contenders: readonly { readonly name: string; readonly results: Readonly<Record<string, MeasureResult>> }[],
): string[] {
  const about = new Map<string, { readonly labels: Set<string>; readonly names: Set<string> }>();
  for (const { key, label } of measures) {
    for (const { name, results } of contenders) {
      const result = results[key];
      const text =
        result?.status === 'computed'
          ? result.note
          : `not computed: ${result?.reason ?? 'it was not measured in this run.'}`;
      if (text === null) continue;
      const entry = about.get(text) ?? { labels: new Set(), names: new Set() };
      entry.labels.add(label);
      entry.names.add(name);
      about.set(text, entry);
    }
  }
  return [...about].map(([text, { labels, names }]) => {
    const whom = names.size < contenders.length ? ` of ${[...names].join(', ')}` : '';
    return `${[...labels].join(', ')}${whom}: ${text}${/[.!?]$/.test(text) ? '' : '.'}`;
  });
}

function targetTable({ targets }: RunScores): ReportTable[] {
  if (targets.length === 0) return [];
  const rows = targets.map(({ target, contender, outcome, detail }) => [target, contender, outcome, detail]);
  return [
    {
      name: 'targets',
      caption: 'The project’s targets',
      columns: ['Target', 'Contender', 'Outcome', 'Measured'],
      rows,
      notes: [],
    },
  ];
}

function comparisonTable({ comparisons, measures, resamples, permutations, seed }: RunScores): ReportTable[] {
  if (comparisons.length === 0) return [];
  const byKey = new Map(measures.map(measure => [measure.key, measure]));
  // The surest first: of many the rest are in the exported files.
  const sorted = comparisons.toSorted((one, other) => one.adjustedP - other.adjustedP);
  const rows = sorted.slice(0, MOST_COMPARISONS).map(comparison => {
    const measure = byKey.get(comparison.measure)!;
    const { a, b, difference, interval, adjustedP, count, verdict } = comparison;
    const result: MeasureResult = { status: 'computed', score: difference, interval, count, note: null };
    const better = { 'a-better': a, 'b-better': b, 'no-difference-shown': 'no difference shown' }[verdict];
    return [
      headMeasure(measure),
      a,
      b,
      writeResult(result, measure),
      writeP(adjustedP),
      String(count),
      better,
    ];
  });
  const left = comparisons.length - rows.length;
  return [
    {
      name: 'comparisons',
      caption: 'Differences on the same images',
      columns: ['Measure', 'A', 'B', 'B minus A (95 %)', 'p, adjusted', 'Images', 'Better'],
      rows,
      notes: [
        `Paired permutation tests${permutations === undefined ? '' : `, ${permutations.toLocaleString('en')} tosses`}, intervals of ${resamples.toLocaleString('en')} resamples, seed ${seed}; p adjusted (Holm 1979) over the comparisons on the headline measures, and over all others; the intervals are not adjusted.`,
        ...(left > 0 ? [`${left} more, less sure than these, are in the exported files.`] : []),
      ],
    },
  ];
}

function writeP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function methodTable(record: RunRecord, scores: RunScores): ReportTable {
  const { dataset, request, machine, versions } = record;
  const gigabytes = (machine.memoryBytes / 2 ** 30).toFixed(0);
  const rows = [
    ['Data set', `${dataset.name}, split ${dataset.split}`],
    [
      'Images',
      dataset.sampled === dataset.count
        ? `all ${dataset.count.toLocaleString('en')}`
        : `${dataset.sampled.toLocaleString('en')} of ${dataset.count.toLocaleString('en')}, drawn with seed ${dataset.seed}`,
    ],
    ['Data, SHA-256', dataset.hash],
    ['Asked of all alike', askedOf(request)],
    ['Made', `${isoDay(record.createdAt)}, measured ${isoDay(scores.computedAt)}`],
    [
      'Intervals',
      `95 %, bootstrap over images, ${scores.resamples.toLocaleString('en')} resamples, seed ${scores.seed}`,
    ],
    [
      'Machine',
      `${machine.cpu}, ${machine.cores} cores, ${gigabytes} GiB, ${machine.gpu ?? 'no GPU'}, ${machine.platform}`,
    ],
    [
      'Versions',
      Object.entries({ project: record.version, ...versions })
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return { name: 'method', caption: 'How it was measured', columns: ['What', 'How'], rows, notes: [] };
}

function askedOf({ style, promptVersion, maxTokens }: RunRecord['request']): string {
  const limit = maxTokens === null ? 'each model’s own token limit' : `at most ${maxTokens} tokens`;
  return `style ${style}, prompt version ${promptVersion}, ${limit}`;
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function contenderTable(record: RunRecord, scores: RunScores): ReportTable {
  const rows = record.contenders.map(({ name, kind, identity }) => {
    const scored = scores.contenders.find(contender => contender.name === name);
    return [
      name,
      kind,
      identity
        ? `${identity.model}${identity.revision === null ? '' : ` (${identity.revision.slice(0, 12)})`}`
        : 'not known',
      identity?.parametersB ? `${identity.parametersB} B` : 'not known',
      scored ? `${scored.answered} answered, ${scored.failed} failed` : 'not measured',
    ];
  });
  return {
    name: 'contenders',
    caption: 'Who was compared',
    columns: ['Contender', 'Kind', 'Model (revision)', 'Parameters', 'Images'],
    rows,
    notes: [],
  };
}
