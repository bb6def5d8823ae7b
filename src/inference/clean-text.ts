import { cutAtSentenceEnd, cutAtWordEnd } from './cut-text.ts';

/** Control, format (bidirectional overrides, zero-width), private and unpaired characters; line ends are white space. */
const UNPRINTABLE = /(?![\t\n\r])[\p{C}]/gu;
const WHITE_SPACE = /[\s\p{Z}]+/gu;
/** `<@123>`, `<!channel>`, `<#C1>`, `<:name:1>`, `<https://…|text>` and every HTML tag. */
const ANGLED = /<[\p{L}@#!/:?][^<>]*>/gu;
/** What is left of one that was never closed. */
const HALF_ANGLED = /<(?=[\p{L}@#!/:?])/gu;
const MARKDOWN_LINK = /!?\[([^[\]]*)\]\([^()]*\)/gu;
/** `https://…`, and the schemes that work without slashes (but not "data: red bars"). */
const URL =
  /(?:\p{L}[\p{L}\p{N}+.-]{0,20}:\/\/|(?:mailto|javascript|vbscript):(?=\S)|data:(?=\p{L}+\/)|tel:(?=\+?\d))\S*/giu;
const ADDRESS = /[^\s@＠]{1,64}[@＠]+[^\s@＠]{1,255}/gu;
const MENTION = /[@＠]+\S{1,64}?(?=[\s,;:!?)\]}"'”’]|\.(?:\s|$)|$)/gu;
const SIGN = /[@＠]+(?=\S)/gu;
const LABELS = String.raw`(?:[\p{L}\p{N}_-]{1,63}\.){1,8}`;
/** Top-level domains that are met most; with `www.` or a path, any. */
const DOMAIN = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.-])(?:www\.\S+|${LABELS}(?:com|org|net|edu|gov|io|co|gg|me|tv|ly|xyz|info|app|dev|ai|uk|de|fr|ru|cn|us|eu|site|online|shop|top|link|club)(?![\p{L}\p{N}_-])(?:[:/?#]\S*)?|${LABELS}\p{L}{2,24}[/?#:]\S+)`,
  'giu',
);
/** A dot that a platform may still take for a domain's: between a letter or digit and two letters. */
const DOMAIN_DOT = /(?<=[\p{L}\p{N}_-])\.(?=\p{L}{2})/gu;

/**
 * Makes what a model wrote fit to be shown. A picture can carry instructions, and a model may follow them, so its
 * words are as hostile as a stranger's: unprintable characters, mentions, links and tags go (a Markdown link keeps its
 * text), white space becomes single blanks. Markdown's own signs stay: each platform escapes its own.
 *
 * @param maxChars the most UTF-16 code units of the result, at least 1; cut at a sentence's end
 * @returns one paragraph, perhaps empty; cleaning it again changes nothing
 */
export function cleanModelText(text: string, { maxChars }: { maxChars: number }): string {
  // Bounded before any pattern runs: what is cut off here would not have been shown.
  let clean = text.slice(0, maxChars * 4 + 1000);
  let before: string;
  // Taking one thing away may join another together ("<<b>@here>"). Each pass shortens the text or parts a dot from a
  // letter for good, so it ends.
  do {
    before = clean;
    clean = strip(clean);
  } while (clean !== before);
  return cutAtSentenceEnd(clean, maxChars);
}

function strip(text: string): string {
  return text
    .replace(UNPRINTABLE, '')
    .replace(MARKDOWN_LINK, '$1')
    .replace(ANGLED, '')
    .replace(HALF_ANGLED, '')
    .replace(URL, '')
    .replace(ADDRESS, '')
    .replace(MENTION, '')
    .replace(SIGN, '')
    .replace(DOMAIN, '')
    .replace(DOMAIN_DOT, '. ')
    .replace(/\](?=\()/gu, '] ')
    .replace(/\(\s*\)|\[\s*\]/gu, '')
    .replace(WHITE_SPACE, ' ')
    .replace(/ (?=[.,;:!?](?:\s|$))/gu, '')
    .trim();
}

/**
 * Makes writing that was read from a picture fit to be quoted. It is kept as far as it can be, since it is what the
 * person wants to hear: "@" is spoken "(at)" and a domain's dot "(dot)", which no platform takes for a mention or a
 * link; schemes, brackets of tags and unprintable characters go; double quotation marks become single ones.
 *
 * @param maxChars the most UTF-16 code units of the result, at least 1; cut after a word, with "…"
 */
export function cleanQuotedText(text: string, { maxChars }: { maxChars: number }): string {
  const clean = text
    .slice(0, maxChars * 4 + 1000)
    .replace(UNPRINTABLE, '')
    .replace(/[<>]/gu, ' ')
    .replace(/(?:https?)?:\/\//giu, ' ')
    .replace(/[@＠]/gu, '(at)')
    // Readers of pictures lose the blanks between sentences; a domain is seldom written with a capital.
    .replace(/(?<=\p{Ll})\.(?=\p{Lu}\p{Ll})/gu, '. ')
    .replace(DOMAIN_DOT, '(dot)')
    .replace(/\](?=\()/gu, '] ')
    .replace(/[“„«»"]|”/gu, "'")
    .replace(WHITE_SPACE, ' ')
    .trim();
  return cutAtWordEnd(clean, maxChars);
}
