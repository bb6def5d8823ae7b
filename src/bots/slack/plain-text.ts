import { cutAtWordEnd } from '../../inference/cut-text.ts';

/** Control characters other than line ends and tabs, which Slack refuses or drops. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/gu;
/** Nothing to be seen, and nothing that takes up an edge of a word: for screen readers it is not there. */
const WORD_JOINER = '\u2060';
/** What a client may turn into a mention or a link although nothing is marked up: `@here`, `#general`, `https://…`. */
const LIVE = /[@＠#](?=[\p{L}\p{N}_])|:(?=\/\/)|(?<=mailto|tel):/giu;
/** The dot of a bare domain: between a letter or digit and two letters. */
const DOMAIN_DOT = /(?<=[\p{L}\p{N}_-])\.(?=\p{L}{2})/gu;
/** Slack's mrkdwn. It has no escapes; a sign that touches a joiner opens nothing. */
const FORMATTING = /[*_~`]|^(?=&gt;)|:(?=[\w+'-]+:)/gmu;

/** A text object that Slack shows as it stands: no mentions, links, formatting or emoji codes. */
export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** @param maxChars the most UTF-16 code units, at least 1; cut after a word */
export function plainText(text: string, maxChars: number): PlainText {
  return { type: 'plain_text', text: shownText(text, maxChars), emoji: false };
}

/** Well-formed, without control characters, never empty, which Slack refuses. */
export function shownText(text: string, maxChars: number): string {
  const clean = tidyText(text);
  return cutHard(clean === '' ? '–' : clean, maxChars);
}

/** Without what Slack refuses or drops. */
export function tidyText(text: string): string {
  return text.toWellFormed().replace(CONTROL, '').trim();
}

/**
 * Text for a message's `text`: what notifications show and screen readers read in the place of blocks. It is always
 * mrkdwn to some clients, and bare addresses are always linked, so that escaping alone is not enough: what could ping,
 * link or format is parted by a character that is neither seen nor heard.
 */
export function fallbackText(text: string, maxChars: number): string {
  const escapeSigns = (part: string) =>
    part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const defuse = (part: string) =>
    escapeSigns(part)
      .replace(LIVE, `$&${WORD_JOINER}`)
      .replace(DOMAIN_DOT, `$&${WORD_JOINER}`)
      .replace(FORMATTING, `${WORD_JOINER}$&${WORD_JOINER}`);
  let shown = shownText(text, maxChars);
  let whole = defuse(shown);
  // Escapes make it longer, by five times at most. They are not cut in two: the text is cut before.
  while (whole.length > maxChars && shown.length > 1) {
    shown = cutHard(shown, Math.max(1, Math.floor(shown.length * 0.8)));
    whole = defuse(shown);
  }
  return whole;
}

/** `cutAtWordEnd` keeps no half of a word: where the first is too long, characters are counted. */
function cutHard(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = cutAtWordEnd(text, maxChars);
  if (cut.length > 1) return cut;
  return `${text
    .slice(0, maxChars - 1)
    .toWellFormed()
    .replace(/\ufffd$/u, '')}…`;
}
