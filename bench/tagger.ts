import { createReadStream, existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
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

type Wink = ReturnType<typeof winkNLP>;

function winks(nlp: Wink, texts: readonly string[]): number {
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

function line(name: string, a: number, b: number, c: number): string {
  const times = (other: number) => (a / other).toFixed(2).padStart(6);
  return `${name.padEnd(11)}${shown(a)}${shown(b)}${times(b)}${shown(c)}${times(c)}`;
}

const start = performance.now();
const tagger = new Tagger(readModel());
console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}`);
console.log(`weights loaded in ${(performance.now() - start).toFixed(0)} ms`);
// wink-nlp as it comes, and cut down to what we do.
const whole = winkNLP(model);
const part = winkNLP(model, ['sbd', 'pos']);
for (const path of [EWT, DESCRIPTIONS]) {
  if (!existsSync(path)) {
    console.log(`${path}: not there, left out`);
    continue;
  }
  const texts = await textsOf(path);
  const runs = [() => ours(tagger, texts), () => winks(whole, texts), () => winks(part, texts)];
  const first = runs.map(rate);
  const rates: number[][] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, run] of runs.entries()) rates[i]!.push(rate(run));
  const [a, b, c] = rates as [number[], number[], number[]];
  console.log(`${basename(path)}: ${texts.length} texts, tokens a second`);
  console.log('                  ours   wink-nlp times sbd + pos times');
  console.log(line('first pass', first[0]!, first[1]!, first[2]!));
  console.log(line('middle', middle(a), middle(b), middle(c)));
  console.log(line('best', Math.max(...a), Math.max(...b), Math.max(...c)));
}
