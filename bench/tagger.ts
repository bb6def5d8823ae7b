import { createReadStream, existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import { readConllu } from '../src/metrics/adjectives/conllu.ts';
import { readModel } from '../src/metrics/adjectives/model.ts';
import { Tagger } from '../src/metrics/adjectives/tagger.ts';
import { findSentenceStarts, tokenize } from '../src/metrics/adjectives/tokenize.ts';

// Tokens a second of raw text, ours and wink-nlp's in turns in one process, so that a busy machine slows both.
// Both split the text into tokens and sentences and give every token its part of speech.

const ROUNDS = 15;
const DESCRIPTIONS = new URL('../tests/metrics/adjectives/gold/descriptions.conllu', import.meta.url)
  .pathname;
const EWT = process.argv[2] ?? '../shared/data/ud-english-ewt/test.conllu.gz';

async function textsOf(path: string): Promise<string[]> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const texts: string[] = [];
  for await (const { text } of readConllu(createInterface({ input }))) texts.push(text);
  return texts;
}

function ours(tagger: Tagger, texts: readonly string[]): number {
  let count = 0;
  for (const text of texts) {
    const tokens = tokenize(text);
    const words = tokens.map(token => token.text);
    const out = new Uint8Array(words.length);
    const starts = findSentenceStarts(text, tokens);
    for (const [i, from] of starts.entries()) tagger.tagInto(words, from, starts[i + 1] ?? words.length, out);
    count += out.length;
  }
  return count;
}

const nlp = winkNLP(model, ['sbd', 'pos']);

function winks(texts: readonly string[]): number {
  let count = 0;
  for (const text of texts) count += nlp.readDoc(text).tokens().out(nlp.its.pos).length;
  return count;
}

function rate(run: () => number): number {
  const start = performance.now();
  const tokens = run();
  return (1000 * tokens) / (performance.now() - start);
}

function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function shown(value: number): string {
  return Math.round(value).toLocaleString('en').padStart(11);
}

const start = performance.now();
const tagger = new Tagger(readModel());
console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}`);
console.log(`weights loaded in ${(performance.now() - start).toFixed(0)} ms`);
for (const path of [EWT, DESCRIPTIONS]) {
  if (!existsSync(path)) {
    console.log(`${path}: not there, left out`);
    continue;
  }
  const texts = await textsOf(path);
  const first = { ours: rate(() => ours(tagger, texts)), winks: rate(() => winks(texts)) };
  const rates: { ours: number[]; winks: number[] } = { ours: [], winks: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.ours.push(rate(() => ours(tagger, texts)));
    rates.winks.push(rate(() => winks(texts)));
  }
  console.log(`${path}: ${texts.length} texts, tokens a second`);
  console.log(`                     ours    wink-nlp   times`);
  const line = (name: string, a: number, b: number) =>
    console.log(`${name.padEnd(14)}${shown(a)} ${shown(b)}   ${(a / b).toFixed(2)}`);
  line('first pass', first.ours, first.winks);
  line('middle', middle(rates.ours), middle(rates.winks));
  line('best', Math.max(...rates.ours), Math.max(...rates.winks));
}
