/**
 * Times the caption metrics on a synthetic set, ours alone or side by side with pycocoevalcap and NLTK.
 *
 *   npm run bench:captions -- [--images 1000] [--runs 5] [--python PATH [--wordnet DIRECTORY]]
 *
 * Each step is run several times on either side, and the fastest counts; --runs 1 shows a cold start.
 * PATH is a Python that has pycocoevalcap (and NLTK, numpy); it runs tests/metrics/captions/reference/score.py on the
 * same tokens. DIRECTORY holds WordNet's files for NLTK, with *.exc and lexnames; without it METEOR has no counterpart.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTagger } from '../src/metrics/adjectives/load.ts';
import { scoreBleu } from '../src/metrics/captions/bleu.ts';
import { scoreCider } from '../src/metrics/captions/cider.ts';
import { scoreMeteor } from '../src/metrics/captions/meteor.ts';
import { indexNgrams } from '../src/metrics/captions/ngram-index.ts';
import { ptbTokenize } from '../src/metrics/captions/ptb-tokenize.ts';
import { scoreRougeL } from '../src/metrics/captions/rouge-l.ts';
import { SceneGraphParser } from '../src/metrics/captions/spice/scene-graph.ts';
import { scoreSpice } from '../src/metrics/captions/spice/spice.ts';
import { Vocabulary } from '../src/metrics/captions/vocabulary.ts';
import { openWordNet } from '../src/metrics/captions/wordnet.ts';
import { bootstrapInterval, DEFAULT_RESAMPLING, meanScore } from '../src/metrics/statistics.ts';
import { synthesizeCaptions } from './synthetic-captions.ts';

interface Reference {
  readonly seconds: Readonly<Record<string, number>>;
  readonly [metric: string]: { readonly perImage?: readonly number[] | readonly number[][] } & Record<
    string,
    unknown
  >;
}

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '5' },
    python: { type: 'string' },
    wordnet: { type: 'string' },
  },
});
const texts = [...synthesizeCaptions(Number(values.images))];
const seconds: Record<string, number> = {};
const scores: Record<string, readonly (Float64Array | readonly (number | null)[])[]> = {};

function time<T>(name: string, run: () => T): T {
  seconds[name] = Number.POSITIVE_INFINITY;
  for (let i = 1; ; i++) {
    const started = performance.now();
    const result = run();
    seconds[name] = Math.min(seconds[name], (performance.now() - started) / 1000);
    if (i >= Number(values.runs)) return result;
  }
}

const tokens = time('tokens', () =>
  texts.map(({ candidate, references }) => ({
    candidate: ptbTokenize(candidate),
    references: references.map(ptbTokenize),
  })),
);
const words = new Vocabulary();
const toIds = (caption: readonly string[]) => caption.map(word => words.id(word));
// The reference does both of these inside each metric.
const samples = time('ids', () =>
  tokens.map(({ candidate, references }) => ({
    candidate: toIds(candidate),
    references: references.map(toIds),
  })),
);
const ngrams = time('n-grams', () => indexNgrams(samples));
const bleu = time('bleu', () => scoreBleu(ngrams));
scores.bleu = bleu.perImage;
scores.rougeL = [time('rougeL', () => scoreRougeL(samples))];
scores.cider = [time('cider', () => scoreCider(ngrams))];
const wordNet = time('WordNet', () => openWordNet());
scores.meteor = [time('meteor', () => scoreMeteor(samples, words, wordNet))];
time('spice', () =>
  scoreSpice(texts, new SceneGraphParser(words => loadTagger().tag(words), wordNet), wordNet),
);
time('interval of BLEU-4', () => bootstrapInterval(bleu.corpus[3]!, DEFAULT_RESAMPLING));
time('interval of CIDEr-D', () =>
  bootstrapInterval(meanScore(scores.cider![0] as Float64Array), DEFAULT_RESAMPLING),
);

const reference = values.python ? runReference(values.python) : undefined;
const format = (value: number | undefined) => (value === undefined ? '' : value.toFixed(3)).padStart(10);
process.stdout.write(
  `${texts.length} images with 5 references, fastest of ${values.runs}\n${'seconds'.padEnd(22)}      ours reference     ratio  largest difference\n`,
);
for (const [name, own] of Object.entries(seconds)) {
  const other = reference?.seconds[name];
  const ratio = other === undefined ? undefined : other / own;
  const difference = other === undefined ? '' : largestDifference(name).toExponential(1);
  process.stdout.write(`${name.padEnd(22)}${format(own)}${format(other)}${format(ratio)}  ${difference}\n`);
}
if (reference) {
  const shared = ['bleu', 'rougeL', 'cider'];
  const own = shared.reduce((sum, name) => sum + seconds[name]!, seconds.ids! + seconds['n-grams']!);
  const other = shared.reduce((sum, name) => sum + reference.seconds[name]!, 0);
  process.stdout.write(
    `BLEU, ROUGE-L and CIDEr-D with ids and n-grams: ${(other / own).toFixed(1)} times as fast\n`,
  );
}
process.stdout.write(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB\n`);

function runReference(python: string): Reference {
  const folder = mkdtempSync(join(tmpdir(), 'bench-captions-'));
  try {
    const file = join(folder, 'samples.json');
    writeFileSync(file, JSON.stringify(tokens));
    const script = fileURLToPath(new URL('../tests/metrics/captions/reference/score.py', import.meta.url));
    const wordnet = values.wordnet ? ['--wordnet', values.wordnet] : [];
    return JSON.parse(
      execFileSync(python, ['-W', 'ignore', script, file, '--runs', values.runs, ...wordnet], {
        maxBuffer: 2 ** 30,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function largestDifference(metric: string): number {
  const theirs = reference![metric]!.perImage!;
  const lists = (typeof theirs[0] === 'number' ? [theirs] : theirs) as readonly number[][];
  let largest = 0;
  lists.forEach((list, n) => {
    list.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - scores[metric]![n]![i]!));
    });
  });
  return largest;
}
