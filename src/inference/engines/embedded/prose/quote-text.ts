import { cleanQuotedText } from '../../../clean-text.ts';
import type { MeasuredThing } from '../../../scene/measure-scene.ts';
import type { Style } from '../../engine.ts';
import type { PictureText, TextLine } from '../text/read-text.ts';
import { nounOf } from './lexicon.ts';
import type { Phrase } from './phrase.ts';

/** The writing in a picture, ready to be put into a description. */
export interface TextQuotation {
  /**
   * Whether the picture is about its writing, as screenshots and memes are, or nothing else could be named: the
   * description then begins with it.
   */
  readonly leads: boolean;
  readonly sentence: Phrase;
  /** To be added to a sentence about something else. */
  readonly clause: Phrase;
}

/** Lines that take more of the picture than this are what it is about. */
const LEADING_SHARE = 0.08;
/** Lines that are less certain than this, in the mean, are said to "appear to read" so. */
const SURE = 0.85;
/** The longest quotation in UTF-16 code units: where writing leads, and where it is one thing among others. */
const LENGTHS: Readonly<Record<Style, { leading: number; aside: number }>> = {
  vivid: { leading: 400, aside: 160 },
  brief: { leading: 200, aside: 80 },
  alt: { leading: 150, aside: 60 },
};
/** Things that writing is found on, and that are sure enough to say so. */
const BEARERS = new Set([
  ...['stop sign', 'parking meter', 'bus', 'truck', 'car', 'train', 'boat', 'airplane', 'vehicle'],
  ...['book', 'tv', 'laptop', 'cell phone', 'clock', 'bottle', 'cup', 'refrigerator', 'suitcase'],
]);
const SURE_BEARER = 0.4;

/**
 * Puts writing that was read into words. A line of fewer than two letters or digits is left out: rings and posts are
 * read as "O" and "I".
 *
 * @returns undefined where nothing is worth quoting
 */
export function quoteText(
  { lines, share, complete }: PictureText,
  things: readonly MeasuredThing[],
  style: Style,
): TextQuotation | undefined {
  const legible = lines.filter(({ text }) => (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) > 1);
  if (legible.length === 0) return undefined;
  const leads = share > LEADING_SHARE || things.length === 0;
  const words = legible.map(({ text }) => text).join(' ');
  const maxChars = LENGTHS[style][leads ? 'leading' : 'aside'];
  const quoted = cleanQuotedText(complete ? words : `${words} …`, { maxChars })
    // The sentence has its own.
    .replace(/(?<!\.)\.$/u, '')
    .replace(/ …$/u, '…');
  const quotation: Phrase = [{ quoted }];
  const confidence = legible.reduce((sum, line) => sum + line.confidence, 0) / legible.length;
  const reads = confidence >= SURE ? ' reads ' : ' appears to read ';
  return {
    leads,
    sentence: leads
      ? leadingSentence(quotation, reads, style)
      : [`text ${placeOfText(legible[0]!, things)}`, reads, ...quotation],
    clause: [', with text that', reads, ...quotation],
  };
}

function leadingSentence(quotation: Phrase, reads: string, style: Style): Phrase {
  if (style !== 'alt') return ['the scene shows text that', reads, ...quotation];
  return reads === ' reads ' ? ['text: ', ...quotation] : ['text', reads, ...quotation];
}

/** "on the bus", or "in the scene". */
function placeOfText({ box }: TextLine, things: readonly MeasuredThing[]): string {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const [bearer] = things
    .filter(
      thing =>
        BEARERS.has(thing.label) &&
        thing.confidence >= SURE_BEARER &&
        x > thing.box.x &&
        x < thing.box.x + thing.box.width &&
        y > thing.box.y &&
        y < thing.box.y + thing.box.height,
    )
    .sort((one, other) => one.share - other.share);
  if (!bearer) return 'in the scene';
  return things.filter(({ label }) => label === bearer.label).length === 1
    ? `on the ${nounOf(bearer.label).singular}`
    : `on one of the ${nounOf(bearer.label).plural}`;
}
