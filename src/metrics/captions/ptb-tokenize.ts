/**
 * Splits captions into tokens as coco-caption does: Penn Treebank tokens in lower case, with a fixed list of
 * punctuation marks taken out.
 *
 * The reference is Stanford's PTBTokenizer 3.4.1 (`-preserveLines -lowerCase`) inside pycocoevalcap. These
 * rules were written from its observed output, not from its source, which is under the GPL. How often the two
 * agree is measured in docs/caption-metrics.md.
 */

/** pycocoevalcap/tokenizer/ptbtokenizer.py, PUNCTUATIONS. Brackets stay in: it looks for them in capitals. */
const REMOVED = new Set(["''", "'", '``', '`', '.', '?', '!', ',', ':', '-', '--', '...', ';']);

/** Words that are two tokens. */
const SPLIT_WORDS = new Map([
  ['cannot', ['can', 'not']],
  ['gonna', ['gon', 'na']],
  ['gotta', ['got', 'ta']],
  ['wanna', ['wan', 'na']],
  ['lemme', ['lem', 'me']],
  ['gimme', ['gim', 'me']],
]);

/** Abbreviations that keep their full stop. */
const ABBREVIATIONS = new Set(
  `adj adm adv al ala apr ariz assn atty aug ave bhd bldg blvd brig bros calif capt cf cie cmdr co col colo conn corp
  cos cpl ct dak dec dept det dr drs elec ens esq est etc ext feb fla fri ft ga gen gov hon inc ind intl jan jos
  jr jul jun kan kans ky lt ltd maj mar md messrs mfg mich minn mlle mme mo mon mont mr mrs ms mt mtg natl neb nev
  nov oct okla penn pfc ph plc pres prof pte pty pvt rd rep reps rev rt sen sens sep sept seq sfc sgt spc sq sr st ste
  supt sys tel tenn thu thurs tue tues univ va vs vt wed wis wisc wm wyo`.split(/\s+/),
);
/** Abbreviations only when capitalised, since they are words too: "Mass.", "Miss.", "Wash.". */
const CAPITALISED_ABBREVIATIONS = new Set('ark az del ill la mass miss ore pa tex wash'.split(' '));
/** Abbreviations only before a number: "no. 5". */
const ABBREVIATIONS_BEFORE_NUMBERS = new Set('art ca fig no nos op pp prop'.split(' '));

/** After an initial, these start a new sentence, so that the full stop stands alone: "plan B. The …". */
const SENTENCE_STARTERS =
  /\s+(?:A|About|According|Additionally|After|An|As|At|But|Earlier|He|Her|Here|However|If|In|It|Last|Many|More|Now|Once|One|Other|Our|She|Since|So|Some|Such|That|The|Their|Then|There|These|They|This|We|What|When|While|Yet|You)\s/y;

const FRACTIONS = new Map([
  ['¼', '1/4'],
  ['½', '1/2'],
  ['¾', '3/4'],
  ['⅓', '1/3'],
  ['⅔', '2/3'],
]);
const SYMBOLS = new Map([
  ['(', '-lrb-'],
  [')', '-rrb-'],
  ['[', '-lsb-'],
  [']', '-rsb-'],
  ['{', '-lcb-'],
  ['}', '-rcb-'],
  ['€', '$'],
  ['£', '#'],
  ['¢', 'cents'],
]);
const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', "''"],
  ['&apos;', "'"],
]);

// Letters and digits with their marks; a soft hyphen may stand inside a word.
const L = String.raw`[\p{L}\p{M}\u00AD]`;
const W = String.raw`[\p{L}\p{M}\p{Nd}\u00AD]`;
const END = String.raw`(?![\p{L}\p{M}\p{Nd}])`;
const CLITIC = `['’]n['’]|['’](?:s|d|m|ll|re|ve|em|till?|cause|n)${END}`;
const NUMBER = String.raw`[-+]?(?:\d+(?:[.,:]\d+)*|(?:[.,:]\d+)+)`;

const sticky = (source: string, flags = 'iuy') => new RegExp(source, flags);

const PLAIN_WORD = /[A-Za-z]+(?=[ ,]|$)/y;
const SPACE = /[\s\u0085\u200B]+/uy;
const ENTITY = /&(?:amp|lt|gt|quot|apos);/iy;
const BEFORE_NOT = sticky(`${L}+?(?=n['’]t${END})`);
const WORD = sticky(`${L}+`);
const DOTTED_ACRONYM = sticky(String.raw`${L}(?:\.${L})+\.(?!${W})|Ph\.D\.`);

/** The longest match wins; among equals the first. */
const TOKENS: readonly RegExp[] = [
  // Markup, addresses, names.
  sticky(`</?[a-z][^<>]*>|<!--[^<>]*-->`),
  sticky(String.raw`(?:https?://|www\.)[^\s<>"'”’)\]]*[^\s<>"'”’)\].,;:!?]`),
  sticky(String.raw`[\w.+-]{0,63}\w@\w[\w-]*(?:\.[\w-]+)*`),
  sticky(String.raw`@[\p{L}_]\w*|#${L}+`),
  // Numbers.
  sticky(NUMBER),
  sticky(`${NUMBER}(?:-${W}+(?!${W}|:))+`),
  sticky(String.raw`\(\d{2,3}\) ?\d{3,4}[- ]\d{4}`),
  sticky(String.raw`['’]\d\d(?:s${END}|(?=[\s,;]|$))`),
  // Words.
  sticky(`${W}+(?:[-_]${W}+)*(?:/${W}+(?:[-_]${W}+)*){0,2}`),
  sticky(`${L}${W}*(?:[.?!]${L}${W}*)+(?:-${W}+)*`),
  sticky(String.raw`(?:${L}\.){2,}(?:-${W}+)+`),
  DOTTED_ACRONYM,
  sticky('[A-Z]+(?:&[A-Z]+)+', 'uy'),
  sticky(String.raw`[A-Z]{1,3}\$`, 'uy'),
  /[Cc]\+\+|[CcFf]#/y,
  // Words with an apostrophe inside.
  sticky(`(?:[A-HJ-XZn]|[dlo])(?!${CLITIC})['’]${L}{2,}`, 'uy'),
  sticky(`(?!y)${L}+[aeiouy](?!${CLITIC})['’][aeiouA-Z]${L}*`, 'uy'),
  sticky(`(?:c['’](?:est|mon)|e['’]er|s['’]mores|ev['’]ry|li['’]l|nat['’]l)${END}`),
  sticky(String.raw`(?:ol|dunkin|somethin)['’]|[dlj]['’](?!\p{L}{2})|j['’]|y['’](?=\p{L})`),
  // Faces.
  sticky(String.raw`[<>]?[:;=][-o*']?[()DPdpO{@|[\]]`, 'uy'),
  // Marks that run together.
  /\.{3}|…|[?!]+|--+|[–—]|\*\*+|##+|__+|''|``|<<|>>/y,
];
const CLITICS = sticky(CLITIC);
const TIS = sticky(`('t)(is|was)${END}`);
const NOT = sticky(`n['’]t${END}`);
/** Emoji and other characters outside the Basic Multilingual Plane, joiners, variation selectors. */
const UNKNOWN = /[\u{10000}-\u{10FFFF}\p{Cf}\p{Cc}\p{Cs}\p{Co}]|[\uFE00-\uFE0F]|\u20E3/u;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function longestMatch(text: string, at: number): string {
  let longest = '';
  for (const pattern of TOKENS) {
    const found = matchAt(pattern, text, at);
    if (found !== undefined && found.length > longest.length) longest = found;
  }
  return longest || String.fromCodePoint(text.codePointAt(at)!);
}

/** True where the full stop after `word` belongs to it. */
function keepsFullStop(text: string, word: string, end: number): boolean {
  const lower = word.toLowerCase();
  if (/[,;:]/.test(text[end + 1] ?? '')) return true;
  if (word.length === 1) return matchAt(SENTENCE_STARTERS, text, end + 1) === undefined;
  if (ABBREVIATIONS.has(lower)) return true;
  if (CAPITALISED_ABBREVIATIONS.has(lower)) return word[0] !== lower[0];
  return ABBREVIATIONS_BEFORE_NUMBERS.has(lower) && /^\s*\d/.test(text.slice(end + 1, end + 8));
}

/** How one token is written: straight quotation marks, ASCII dashes, no currency that PTB lacks. */
function normalise(token: string): string {
  const known = SYMBOLS.get(token) ?? FRACTIONS.get(token) ?? ENTITIES.get(token.toLowerCase());
  if (known) return known;
  if (/^(?:-{2,4}|[–—])$/.test(token)) return '--';
  if (token === '…') return '...';
  return token
    .toLowerCase()
    .replace(/’(?!\d)/g, "'")
    .replaceAll('\u00AD', '')
    .replace(/[()[\]{}]/g, bracket => SYMBOLS.get(bracket)!);
}

const QUOTES = /^["'`‘’“”«»‹›„]+$/;

/**
 * @param caption raw text of any length and language. Only English has word rules: text in a script without
 *   spaces (Chinese, Japanese, Thai) comes out as one token for each run of letters.
 * @returns tokens in lower case; empty where the caption holds nothing but removed marks. Emoji are dropped.
 */
export function ptbTokenize(caption: string): string[] {
  return ptbSplit(caption).filter(token => !REMOVED.has(token) && !QUOTES.test(token));
}

/** The tokens of {@link ptbTokenize} with the punctuation marks left in. */
export function ptbSplit(caption: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < caption.length) {
    const space = matchAt(SPACE, caption, at);
    if (space) {
      at += space.length;
      continue;
    }
    const plain = matchAt(PLAIN_WORD, caption, at);
    const piece = plain
      ? { length: plain.length, tokens: SPLIT_WORDS.get(plain.toLowerCase()) ?? [plain.toLowerCase()] }
      : nextPiece(caption, at);
    at += piece.length;
    tokens.push(...piece.tokens);
  }
  return tokens;
}

/** The token at `at` where the text is not plain words: its normal forms and how many code units it takes. */
function nextPiece(text: string, at: number): { length: number; tokens: readonly string[] } {
  const tis = matchAt(TIS, text, at);
  if (tis) return { length: tis.length, tokens: ["'t", tis.slice(2).toLowerCase()] };
  const fixed = matchAt(CLITICS, text, at) ?? matchAt(NOT, text, at) ?? matchAt(BEFORE_NOT, text, at);
  if (fixed) return { length: fixed.length, tokens: [normalise(fixed)] };
  const entity = matchAt(ENTITY, text, at);
  if (entity) return { length: entity.length, tokens: [normalise(entity)] };

  const token = longestMatch(text, at);
  const end = at + token.length;
  if (UNKNOWN.test(token) && !/[\p{L}\p{Nd}]/u.test(token)) return { length: token.length, tokens: [] };
  if (matchAt(WORD, text, at) === token) {
    if (text[end] === '.' && keepsFullStop(text, token, end)) {
      return { length: token.length + 1, tokens: [`${normalise(token)}.`] };
    }
    const split = SPLIT_WORDS.get(token.toLowerCase());
    if (split) return { length: token.length, tokens: split };
  }
  // A phone number holds a space.
  return { length: token.length, tokens: normalise(token).split(' ') };
}
