import { ptbTokenize } from './ptb-tokenize.ts';
import type { CaptionSample } from './score-captions.ts';

/** Words that make up a third of English captions. */
const FUNCTION_WORDS = new Set(
  'a an the of on in at to with and is are by for it his her their two'.split(' '),
);
/** English captions have about 0.35; German, French and Spanish ones under 0.03 (they share "in" and "a"). */
const ENGLISH_SHARE = 0.12;
/** Below so many words the share says little. */
const ENOUGH_WORDS = 50;

/**
 * What a reader of the scores must know about the captions.
 *
 * @returns whole sentences; empty where nothing is odd
 */
export function warnAboutCaptions(samples: readonly CaptionSample[]): string[] {
  const warnings: string[] = [];
  const empty = samples.filter(({ candidate }) => !/[\p{L}\p{N}]/u.test(candidate));
  if (empty.length > 0) {
    warnings.push(
      `${count(empty.length, 'candidate')} without a word, scored 0: ${nameSome(empty.map(({ imageId }) => imageId))}.`,
    );
  }
  for (const [kind, captions] of [
    ['candidates', samples.map(({ candidate }) => candidate)],
    ['references', samples.flatMap(({ references }) => references)],
  ] as const) {
    if (looksForeign(captions)) {
      warnings.push(
        `The ${kind} do not look like English. The tokenizer, the stemmer, WordNet and the scene graphs are for English: METEOR and SPICE mean little, and text without spaces between words is one token a phrase.`,
      );
    }
  }
  return warnings;
}

/** Judged on up to 2,000 captions from all over the set. */
function looksForeign(captions: readonly string[]): boolean {
  const step = Math.max(1, Math.floor(captions.length / 2000));
  let words = 0;
  let functionWords = 0;
  let letters = 0;
  let latin = 0;
  for (let i = 0; i < captions.length; i += step) {
    const caption = captions[i]!.slice(0, 2000);
    letters += caption.match(/\p{L}/gu)?.length ?? 0;
    latin += caption.match(/\p{Script=Latin}/gu)?.length ?? 0;
    for (const token of ptbTokenize(caption)) {
      words++;
      if (FUNCTION_WORDS.has(token)) functionWords++;
    }
  }
  if (letters > 0 && latin / letters < 0.5) return true;
  return words >= ENOUGH_WORDS && functionWords / words < ENGLISH_SHARE;
}

/** `1 image`, `2,000 images`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first few of a list, and how many more there are. */
export function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${(names.length - 5).toLocaleString('en')} more` : shown;
}
