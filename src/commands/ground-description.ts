import { text as readText } from 'node:stream/consumers';
import { NarratorError } from '../errors.ts';
import { createSceneMeasurer } from '../inference/engines/embedded/measure-image.ts';
import { loadImage } from '../inference/image/load-image.ts';
import { defaultCacheFolder } from '../inference/model-cache.ts';
import { openWordNet } from '../metrics/captions/wordnet.ts';
import {
  type GroundedPair,
  type Grounding,
  groundText,
  type Verdict,
} from '../metrics/grounding/ground-text.ts';
import type { GroundOptions } from './ground.ts';
import { paint, type Terminal } from './terminal.ts';

/** No description is longer. */
const MOST_CHARACTERS = 50_000;

const COLOURS = { supported: 'green', contradicted: 'red', uncheckable: 'dim' } as const;
const MARKS: Readonly<Record<Verdict, string>> = { supported: '+', contradicted: '−', uncheckable: '?' };

/**
 * Checks a text against an image and prints the verdicts.
 *
 * @throws NarratorError: "usage" for a missing text, ImageError, ModelError
 */
export async function groundDescription(terminal: Terminal, options: GroundOptions): Promise<void> {
  const { stdin, stdout, stderr, env, signal } = terminal;
  const text = await textOf(terminal, options);
  const image = await loadImage(options.image, { stdin, signal });
  const measurer = createSceneMeasurer({
    cacheFolder: defaultCacheFolder(env),
    onWarning: warning => stderr.write(`${paint(stderr, 'yellow', 'narrator:')} ${warning}\n`),
  });
  let grounding: Grounding;
  try {
    const scene = await measurer.measure(image, signal);
    const references = options.reference ?? [];
    // WordNet is 27 MB: it is opened only where there is something to compare.
    const wordNet = references.length > 0 ? openWordNet() : undefined;
    grounding = groundText(text, scene, {
      references,
      ...(wordNet ? { synonyms: word => wordNet.synonyms(word) } : {}),
    });
  } finally {
    await measurer.close();
  }
  if (options.json) {
    stdout.write(`${JSON.stringify({ image: options.image, text, ...grounding })}\n`);
    return;
  }
  const lines = grounding.pairs.map(pair => lineFor(terminal, pair));
  stdout.write(`${highlight(terminal, text, grounding.pairs)}\n\n`);
  if (lines.length > 0) stdout.write(`${lines.join('\n')}\n\n`);
  stdout.write(`${paint(stdout, 'dim', figuresLine(grounding))}\n`);
}

async function textOf({ stdin }: Terminal, { image, text }: GroundOptions): Promise<string> {
  if (text !== undefined && text !== '-') return checkText(text);
  if (image === '-') {
    throw new NarratorError('usage', 'Standard input can be read once: give the text with --text.');
  }
  if (stdin.isTTY) throw new NarratorError('usage', 'There is no text: give it with --text or pipe it in.');
  return checkText((await readText(stdin)).trim());
}

function checkText(text: string): string {
  if (text.trim() === '') throw new NarratorError('usage', 'The text is empty: give the words to check.');
  if (text.length > MOST_CHARACTERS) {
    throw new NarratorError(
      'usage',
      `The text is longer than ${MOST_CHARACTERS} characters: check it in parts.`,
    );
  }
  return text;
}

/** The text with each claim coloured by its verdict, or marked with a character where there is no colour. */
function highlight({ stdout }: Terminal, text: string, pairs: readonly GroundedPair[]): string {
  const plain = visible(text);
  let highlighted = '';
  let from = 0;
  for (const { start, end, verdict } of pairs) {
    const painted = paint(stdout, COLOURS[verdict], plain.slice(start, end));
    const coloured = painted !== plain.slice(start, end);
    highlighted += plain.slice(from, start) + (coloured ? painted : `${MARKS[verdict]}${painted}`);
    from = end;
  }
  return highlighted + plain.slice(from);
}

/** Blanks for control characters: a text may come from a model, and must not steer the terminal. */
function visible(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}

function lineFor({ stdout }: Terminal, pair: GroundedPair): string {
  const { word, noun, verdict, measure, expected, measured, source } = pair;
  const head = paint(
    stdout,
    COLOURS[verdict],
    `${MARKS[verdict]} ${visible(`${word} ${noun ?? '(no noun)'}`)}`,
  );
  if (source === 'reference') return `${head}: said in a reference`;
  if (measure === null) return `${head}: nothing to measure it by`;
  return `${head}: ${measure}, expected ${visible(expected ?? '')}; measured ${measured}`;
}

function figuresLine(grounding: Grounding): string {
  const { supported, contradicted, uncheckable, interpretive, words } = grounding;
  const { supportedPer100Words: headline, contradictedShare, interpretiveShare } = grounding;
  return [
    headline === null
      ? 'no words'
      : `${headline.toFixed(1)} supported adjectives per 100 words (${words} words)`,
    `${supported} supported, ${contradicted} contradicted${shareOf(contradictedShare)}, ${uncheckable} uncheckable`,
    `${interpretive} interpretive${shareOf(interpretiveShare)}`,
  ].join(' · ');
}

function shareOf(share: number | null): string {
  return share === null ? '' : ` (${Math.round(share * 100)} %)`;
}
