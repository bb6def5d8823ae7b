import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Command } from 'commander';
import { NarratorError } from '../errors.ts';
import { type ConlluSentence, readConllu } from '../metrics/adjectives/conllu.ts';
import { type TaggingScore, TaggingTally } from '../metrics/adjectives/evaluate.ts';
import { loadTagger } from '../metrics/adjectives/load.ts';
import { type AdjectiveMeasure, measureAdjectives } from '../metrics/adjectives/measure.ts';
import { paint, type Terminal } from './terminal.ts';

interface Options {
  readonly file: string[];
  readonly json?: boolean;
  readonly conllu?: string;
}

/** `narrator adjectives`: which words of a text are adjectives, and how dense they are. */
export function adjectivesCommand(terminal: Terminal): Command {
  return new Command('adjectives')
    .description('find the adjectives of English texts and measure their density')
    .argument('[texts...]', 'texts to measure; none = standard input, a text a line')
    .option(
      '-f, --file <file>',
      'a file of texts, one a line (.gz is unpacked); may be given again',
      collect,
      [],
    )
    .option('--json', 'one JSON object a text')
    .option('--conllu <file>', "score the tagger on a CoNLL-U file's gold tokens (.gz is unpacked)")
    .action((texts: string[], options: Options) => run(terminal, texts, options));
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

async function run(terminal: Terminal, texts: string[], options: Options): Promise<void> {
  if (options.conllu !== undefined) {
    if (texts.length > 0 || options.file.length > 0)
      throw new NarratorError(
        'usage',
        'With --conllu no other text is measured: leave the texts and files out.',
      );
    return score(terminal, options.conllu, options.json ?? false);
  }
  const show = options.json
    ? (measure: AdjectiveMeasure) => `${JSON.stringify(measure)}\n`
    : (measure: AdjectiveMeasure) => `${highlight(terminal, measure)}\n${figures(measure)}\n`;
  for await (const text of sources(terminal, texts, options.file)) {
    terminal.signal.throwIfAborted();
    if (text.trim() === '') continue;
    await write(terminal, show(measureAdjectives(text)));
  }
}

async function* sources(terminal: Terminal, texts: string[], files: string[]): AsyncGenerator<string> {
  yield* texts;
  for (const file of files) yield* linesOfFile(file);
  if (texts.length === 0 && files.length === 0) yield* linesOf(terminal.stdin);
}

/** A longer line is cut, at a space where there is one: its text is measured in parts and memory stays bounded. */
const LONGEST_LINE = 1_000_000;

/** The lines of a file, `.gz` unpacked. */
async function* linesOfFile(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // pipe() hands on data, not faults.
  bytes.on('error', error => input.destroy(error));
  try {
    yield* linesOf(input);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new NarratorError('unreadable-file', `${file} cannot be read: ${error.message}.`, { cause: error });
  } finally {
    bytes.destroy();
  }
}

/** The lines of a stream, one in memory at a time. Not `readline`: it sets no bound to a line's length. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (
      rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    ).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    if (rest.length > LONGEST_LINE) {
      const cut = rest.lastIndexOf(' ') + 1 || rest.length;
      yield rest.slice(0, cut);
      rest = rest.slice(cut);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** Writes and waits while the reader is slower than we are, so that nothing piles up. */
async function write(terminal: Terminal, text: string): Promise<void> {
  if (!terminal.stdout.write(text))
    await new Promise<void>(resolve => terminal.stdout.once('drain', resolve));
}

/** The text with its adjectives in colour, or between asterisks where there is none. */
function highlight(terminal: Terminal, { text, adjectives }: AdjectiveMeasure): string {
  const coloured = paint(terminal.stdout, 'green', 'x') !== 'x';
  let out = '';
  let at = 0;
  for (const { word, start, end } of adjectives) {
    const shown = printable(word);
    const marked = coloured ? paint(terminal.stdout, ['bold', 'green'], shown) : `*${shown}*`;
    out += printable(text.slice(at, start)) + marked;
    at = end;
  }
  return out + printable(text.slice(at));
}

/** Without the control characters that could drive the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function figures(measure: AdjectiveMeasure): string {
  const { adjectiveCount, distinct, words, per100Words, perNoun, interpretive } = measure;
  const parts = [
    `${adjectiveCount} ${adjectiveCount === 1 ? 'adjective' : 'adjectives'} (${distinct} different)`,
    `${words} ${words === 1 ? 'word' : 'words'}`,
    `${rounded(per100Words)} per 100 words`,
    `${rounded(perNoun)} per noun`,
    interpretive.length === 0 ? 'none interpretive' : `interpretive: ${interpretive.join(', ')}`,
  ];
  return `  ${parts.join('; ')}`;
}

function rounded(value: number | null): string {
  return value === null ? 'not computed' : value.toFixed(2);
}

async function score(terminal: Terminal, file: string, json: boolean): Promise<void> {
  const tagger = loadTagger();
  const tally = new TaggingTally();
  for await (const sentence of sentencesOf(file)) {
    terminal.signal.throwIfAborted();
    tally.add(sentence, tagger.tag(sentence.words.map(word => word.form)));
  }
  const result = tally.score();
  if (result.all.tokens === 0)
    throw new NarratorError('empty-file', `${file} holds no sentences: a CoNLL-U file is needed.`);
  await write(terminal, json ? `${JSON.stringify(result)}\n` : scoreText(result));
}

async function* sentencesOf(file: string): AsyncGenerator<ConlluSentence> {
  try {
    yield* readConllu(linesOfFile(file));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new NarratorError('not-conllu', `${file}: ${error.message}.`, { cause: error });
  }
}

function scoreText({
  all,
  sure,
  confusions,
}: {
  all: TaggingScore;
  sure: TaggingScore;
  confusions: [string, number][];
}): string {
  const line = (name: string, score: TaggingScore) =>
    `${name}: ${score.tokens} tokens, accuracy ${fraction(score.accuracy)}; ADJ ${score.adjectives}, precision ${fraction(score.precision)}, recall ${fraction(score.recall)}, F1 ${fraction(score.f1)}\n`;
  let out = line('all tokens', all);
  if (sure.tokens < all.tokens) out += line('without those marked ambiguous', sure);
  out += 'ADJ confusions (gold > tagged):\n';
  for (const [pair, count] of confusions) out += `  ${String(count).padStart(5)}  ${pair}\n`;
  return out;
}

function fraction(value: number | null): string {
  return value === null ? 'not computed' : value.toFixed(4);
}
