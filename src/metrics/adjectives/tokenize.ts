/** A token and where it stands: `text.slice(start, end)` is the token (UTF-16 units). */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// Prefixes that EWT leaves joined to their word ("pre-owned", "e-mail"); any other hyphen is a token of its own.
const JOINED_PREFIX =
  /^(?:e|co|pre|non|re|anti|semi|ex|multi|post|over|un|sub|de|inter|micro|mini|vice|pro|socio|neo|bi|mid)-$/i;
const ABBREVIATION =
  /^(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Mt|Ft|Jr|Sr|vs|etc|e\.g|i\.e|Inc|Ltd|Co|Corp|No|Vol|Fig|approx|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec|Ave|Blvd|Rd|Gen|Gov|Sen|Rep|Lt|Col|Capt|Sgt|(?:[A-Za-z]\.){1,6}[A-Za-z])$/;
const TWO_IN_ONE = /^(?:(can)(not)|(gon)(na)|(wan)(na)|(got)(ta)|(do|is|are|was|wo|did|does|ca)(nt))$/i;

// Every quantifier that could meet a long run is bounded, so that no text takes more than linear time.
const URL = /(?:https?:\/\/|www\.)[^\s<>"]{1,2000}/y;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/y;
// A host or a file by its ending.
const NAME_WITH_ENDING =
  /[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,6}\.(?:com|org|net|edu|gov|io|uk|pdf|docx?|xlsx?|pptx?|txt|html?|jpe?g|png|gif|csv|zip)(?![A-Za-z0-9_])/iy;
// "b/c", "w/o": letters that stand for words.
const SLASHED = /[A-Za-z]\/[A-Za-z](?![\p{L}\p{N}/])/uy;
const HANDLE = /[@#][\p{L}\p{N}_]{1,100}/uy;
const EMOTICON = /[:;=8][-'o^]?[()[\]DPpO|/\\*3](?![\w/])|<3|\^_?\^/y;
const EMOJI =
  /(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\uFE0F|[\u{1F3FB}-\u{1F3FF}])?(?:\u200D\p{Extended_Pictographic}\uFE0F?){0,8})/uy;
const DATE_OR_PHONE =
  /\d{1,4}[/.]\d{1,2}[/.]\d{1,4}(?![\d/])|\d{1,2}\/\d{1,2}(?![\d/])|\d{3}-\d{3}-\d{4}(?!\d)|\d{1,3}-\d{4}(?!\d)/y;
// "10am", "5kg": the unit is a token of its own.
const NUMBER =
  /\d{1,40}(?:[.,:]\d{1,40}){0,20}(?:(?:st|nd|rd|th|s)(?![\p{L}\p{M}\p{N}])|(?=(?:am|pm|km|kg|cm|mm|m|ft|lbs?|mb|gb|k|g|x|hrs?|min|mph)(?![\p{L}\p{M}\p{N}]))|(?![\p{L}\p{M}\p{N}]))|\.\d{1,40}/iuy;
const WORD = /[\p{L}\p{N}\p{M}_]+(?:[.&]\p{L}(?![\p{L}\p{N}])){0,12}/uy;
const REPEATED = /\.{2,}|[!?]{2,}|-{2,}|\*{2,}|={2,}|_{2,}|~{2,}|'{2}|<{2,}|>{2,}|\+{2,}|\${2,}|…+/y;
const CLITIC = /(?:n['’]t|['’](?:s|m|d|re|ve|ll))$/i;
const ASCII_WORD = /^[A-Za-z]+$/;

/**
 * Splits English text as the Universal Dependencies English Web Treebank does: contractions apart (do|n't),
 * hyphenated compounds apart (dark|-|haired) save for bound prefixes (pre-owned), URLs, e-mail addresses,
 * @handles, #tags, emoji and numbers whole. Runs in linear time and never throws.
 *
 * @param text any string, lone surrogates included
 * @returns the tokens in order; together with the white space between them they cover the text
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const { length } = text;
  let at = 0;
  while (at < length) {
    let code = text.charCodeAt(at);
    if (code <= 32 || (code >= 128 && isSpace(code))) {
      at++;
      continue;
    }
    const start = at;
    let plain = true;
    while (at < length) {
      code = text.charCodeAt(at);
      if (code <= 32 || (code >= 128 && isSpace(code))) break;
      if (code < 65 || code > 122 || (code > 90 && code < 97)) plain = false;
      at++;
    }
    if (plain) pushWord(tokens, text, start, at);
    else splitChunk(tokens, text, start, at);
  }
  return tokens;
}

/** White space, and the invisible characters that stand for none: zero-width space and byte-order mark. */
function isSpace(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0x85 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200b) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

function push(tokens: Token[], text: string, start: number, end: number): void {
  if (end > start) tokens.push({ text: text.slice(start, end), start, end });
}

/** Pushes a run without punctuation, in two where two words are written as one (cannot, gonna). */
function pushWord(tokens: Token[], text: string, start: number, end: number): void {
  const length = end - start;
  if (length >= 4 && length <= 6) {
    const pair = TWO_IN_ONE.exec(text.slice(start, end));
    if (pair) {
      const first = pair.slice(1).find(part => part !== undefined)!;
      push(tokens, text, start, start + first.length);
      push(tokens, text, start + first.length, end);
      return;
    }
  }
  push(tokens, text, start, end);
}

/** Splits what stands between two spaces. */
function splitChunk(tokens: Token[], text: string, start: number, end: number): void {
  let at = start;
  // Sentence punctuation and closing marks after a word: the usual case, kept off the slow path.
  let wordEnd = end;
  while (wordEnd > at && isClosing(text.charCodeAt(wordEnd - 1))) wordEnd--;
  if (end - wordEnd === 1 && wordEnd - at > 1 && ASCII_WORD.test(text.slice(at, wordEnd))) {
    if (text.charCodeAt(wordEnd) === 46 && ABBREVIATION.test(text.slice(at, wordEnd)))
      push(tokens, text, at, end);
    else {
      pushWord(tokens, text, at, wordEnd);
      push(tokens, text, wordEnd, end);
    }
    return;
  }
  while (at < end) at = nextToken(tokens, text, at, end);
}

function isClosing(code: number): boolean {
  return code === 46 || code === 44 || code === 33 || code === 63 || code === 58 || code === 59;
}

function matchAt(pattern: RegExp, text: string, at: number, end: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? Math.min(pattern.lastIndex, end) : at;
}

/** Pushes the token that begins at `at` (or the pieces of one word) and returns where it ends. */
function nextToken(tokens: Token[], text: string, at: number, end: number): number {
  const code = text.charCodeAt(at);
  let stop = at;
  const letter = (code | 32) >= 97 && (code | 32) <= 122;
  const digit = code >= 48 && code <= 57;
  if (code === 104 || code === 119 || code === 72 || code === 87) {
    stop = matchAt(URL, text, at, end);
    while (stop > at + 1 && /[.,;:!?)'\]]/.test(text[stop - 1]!)) stop--;
  }
  if (stop === at && (letter || digit)) stop = matchAt(EMAIL, text, at, end);
  if (stop === at && (letter || digit)) stop = matchAt(NAME_WITH_ENDING, text, at, end);
  if (stop === at && letter && text.charCodeAt(at + 1) === 47) stop = matchAt(SLASHED, text, at, end);
  const afterWord = at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]!);
  if (stop === at && !afterWord && (code === 64 || code === 35)) stop = matchAt(HANDLE, text, at, end);
  if (stop === at && !letter) stop = matchAt(EMOTICON, text, at, end);
  if (stop === at && digit) stop = matchAt(DATE_OR_PHONE, text, at, end);
  if (stop === at && (digit || code === 46)) stop = matchAt(NUMBER, text, at, end);
  if (stop === at && !letter && !digit) stop = matchAt(REPEATED, text, at, end);
  if (stop > at) {
    push(tokens, text, at, stop);
    return stop;
  }
  stop = matchAt(WORD, text, at, end);
  if (stop > at) return splitWord(tokens, text, at, stop, end);
  stop = code >= 128 || code < 32 ? matchAt(EMOJI, text, at, end) : at;
  if (stop === at) {
    // A clitic whose word ended before it, as in "dogs'" or after a closing quote.
    const clitic = code === 39 || code === 0x2019 ? /['’](?:s|m|d|re|ve|ll)\b/iy : null;
    stop = clitic && afterWord ? matchAt(clitic, text, at, end) : at;
  }
  if (stop === at)
    stop = at + ((code & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1);
  push(tokens, text, at, stop);
  return stop;
}

/** Pushes the word at `at`..`stop` with its abbreviation point, bound prefix or clitic. */
function splitWord(tokens: Token[], text: string, at: number, stop: number, end: number): number {
  const next = text.charCodeAt(stop);
  if (stop < end && (next === 39 || next === 0x2019)) {
    const after = matchAt(WORD, text, stop + 1, end);
    const whole = text.slice(at, after);
    const clitic = after > stop + 1 && after - at <= 40 ? CLITIC.exec(whole) : null;
    if (clitic) {
      pushWord(tokens, text, at, at + clitic.index);
      push(tokens, text, at + clitic.index, after);
      return after;
    }
    // O'Neill, o'clock: one word.
    if (after > stop + 1 && stop - at <= 3) {
      push(tokens, text, at, after);
      return after;
    }
  }
  if (stop < end && next === 45 && JOINED_PREFIX.test(text.slice(at, Math.min(stop + 1, at + 8)))) {
    const after = matchAt(WORD, text, stop + 1, end);
    if (after > stop + 1) {
      push(tokens, text, at, after);
      return after;
    }
  }
  const word = stop - at <= 12 ? text.slice(at, stop) : '';
  if (stop < end && next === 46 && text.charCodeAt(stop + 1) !== 46 && word && ABBREVIATION.test(word)) {
    push(tokens, text, at, stop + 1);
    return stop + 1;
  }
  pushWord(tokens, text, at, stop);
  return stop;
}

const ENDS_SENTENCE = /^(?:[.!?]+|…+)$/;
const CLOSES = /^["'”’)\]»]$/;

/**
 * Finds the sentences. A full stop that is a token of its own ends one (that of an abbreviation is part of its
 * word), with the quotes and brackets that close after it; so does the end of a paragraph or of a list's line.
 *
 * @returns the index of each sentence's first token
 */
export function findSentenceStarts(text: string, tokens: readonly Token[]): number[] {
  const starts: number[] = tokens.length > 0 ? [0] : [];
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i]!;
    const before = tokens[i - 1]!;
    if (token.start === before.end) continue;
    let last = i - 1;
    while (last > 0 && CLOSES.test(tokens[last]!.text) && last > i - 4) last--;
    const ended = ENDS_SENTENCE.test(tokens[last]!.text);
    if ((ended && !/^[”’)\]»]$/.test(token.text)) || startsLine(text, before.end, token)) starts.push(i);
  }
  return starts;
}

/** Whether a new paragraph or line begins between `from` and the token: a blank line, a bullet or a capital. */
function startsLine(text: string, from: number, token: Token): boolean {
  let breaks = 0;
  for (let i = from; i < token.start; i++) if (text.charCodeAt(i) === 10) breaks++;
  return breaks > 1 || (breaks === 1 && /^[\p{Lu}\d*•·–-]/u.test(token.text));
}
