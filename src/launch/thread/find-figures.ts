import { findLinks } from './measure-post.ts';

/** Something in a text that reads as a number. */
export interface Figure {
  /** As it is compared: "12.4", "−0.3", "45.2 %", "412 ms", "twelve". */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** `name`: letters and digits in one, as in "3b". */
  readonly kind: 'number' | 'name' | 'word';
}

/** What a text may hold. */
export interface KnownFigures {
  /** Figures with a source, as `Figure.text`. */
  readonly figures: ReadonlySet<string>;
  /** Names of models, data sets and measures: "SmolVLM-256M-Instruct" allows "256M" too. */
  readonly names: readonly string[];
}

/**
 * Letters and digits (`\p{N}`: also "½", "②" and other scripts' digits), joined by what stands within numbers and names;
 * with a sign and a currency, which change what they say. It is a figure where it has a digit.
 */
const TOKEN =
  /(?:(?<![\p{L}\p{N}])(?:[-−–+]|[±~≈<>≤≥]\s?))?\p{Sc}?[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[.,:/_'’@-](?=[\p{L}\p{N}]))*/gu;
const PURE = /^\p{N}(?:[\p{N}.,:/'’-]*\p{N})?$/u;
const UNIT = /^\s?(?:[%‰°×]|(?:ms|kB|MB|GB|fps)(?![\p{L}\p{N}]))/u;

/** "one" after these is no number. */
const WORD =
  /(?<![\p{L}\p{N}])(?:zero(?!-shot)|(?<!\b(?:no|each|every|any|this|that|which|the other) )one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|(?:m|b|tr)illions?|dozens?|twice|thrice|doubled?s?|tripled?s?|quadrupled?s?|half|halves|halved|quarters?|thirds|\p{L}+fold|per ?cent|percentage points?)(?![\p{L}\p{N}])|[%‰]/giu;

/** Units, and how sure intervals are (`RunScores`): no figures of their own. */
const UNITS = /\bper 100 words\b|\b95 % (?:bootstrap |confidence )?intervals?\b/giu;

/** Everything in a text that reads as a number, outside of links (`https://…`) and units ("per 100 words"). In order. */
export function findFigures(text: string): Figure[] {
  const links = findLinks(text).filter(({ url }) => /^https?:/i.test(url));
  let open = text;
  for (const { start, end } of [...links, ...spansOf(text, UNITS)]) open = blank(open, start, end);
  const figures: Figure[] = [];
  for (const match of open.matchAll(TOKEN)) {
    if (!/\p{N}/u.test(match[0])) continue;
    const core = match[0].replace(/^[^\p{L}\p{N}]+/u, '');
    const isPure = PURE.test(core);
    const unit = isPure ? (UNIT.exec(open.slice(match.index + match[0].length))?.[0] ?? '') : '';
    // A sign before a name is a hyphen or a bullet.
    const start = isPure ? match.index : match.index + match[0].length - core.length;
    const end = match.index + match[0].length + unit.length;
    figures.push({
      ...{ text: open.slice(start, end).trim().replace(/\s+/g, ' ').replaceAll('–', '−') },
      ...{ start, end, kind: isPure ? 'number' : 'name' },
    });
  }
  for (const { start, end } of figures) open = blank(open, start, end);
  for (const { start, end } of spansOf(open, WORD)) {
    figures.push({ text: open.slice(start, end).toLowerCase(), start, end, kind: 'word' });
  }
  return figures.sort((one, other) => one.start - other.start);
}

/**
 * The figures that have no source.
 *
 * @param place of the part in its thread: then "2/5" at its beginning or end is its number, where it is the true one
 */
export function findUnsourced(
  text: string,
  { figures, names }: KnownFigures,
  place?: { readonly position: number; readonly total: number },
): Figure[] {
  return findFigures(text).filter(figure => {
    if (figures.has(figure.text)) return false;
    if (figure.kind === 'name') return !names.some(name => isPieceOf(figure.text, name));
    return !(place && isPartNumber(text, figure, place));
  });
}

function isPartNumber(
  text: string,
  figure: Figure,
  { position, total }: { readonly position: number; readonly total: number },
): boolean {
  const isAtEdge = text.slice(0, figure.start).trim() === '' || text.slice(figure.end).trim() === '';
  return isAtEdge && figure.text === `${position}/${total}`;
}

/** Whether `piece`, which has a letter, stands in `name` between its hyphens, slashes and the like. */
function isPieceOf(piece: string, name: string): boolean {
  const [small, whole] = [piece.toLowerCase(), name.toLowerCase()];
  for (let at = whole.indexOf(small); at >= 0; at = whole.indexOf(small, at + 1)) {
    const isAlone = [whole[at - 1], whole[at + small.length]].every(
      letter => letter === undefined || !/[\p{L}\p{N}]/u.test(letter),
    );
    if (isAlone) return true;
  }
  return false;
}

function spansOf(text: string, pattern: RegExp): { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(pattern)].map(({ 0: { length }, index }) => ({
    start: index,
    end: index + length,
  }));
}

function blank(text: string, start: number, end: number): string {
  // Not a blank: what stands before and after is not to become one token, nor to get a sign.
  return text.slice(0, start) + '\u0001'.repeat(end - start) + text.slice(end);
}
