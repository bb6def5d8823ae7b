import { cutAtWordEnd } from '../../inference/cut-text.ts';

/**
 * A name or another short text of a stranger's, fit for a line of a reply: one line, no control or bidirectional
 * characters (they could rewrite the line), no longer than told.
 *
 * @param fallback what is shown where nothing is left
 */
export function oneLine(text: string, maxChars: number, fallback = ''): string {
  const clean = text
    .slice(0, maxChars * 4)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  if (clean.length <= maxChars) return clean === '' ? fallback : clean;
  return `${Array.from(clean.slice(0, maxChars - 1))
    .join('')
    .replace(/[\ud800-\udbff]$/u, '')}…`;
}

/**
 * A text that is still growing: it ends after a whole word, with "…".
 *
 * @param maxChars the most UTF-16 code units of the result
 */
export function unfinished(text: string, maxChars: number): string {
  const whole = text.slice(0, Math.max(0, text.search(/\s\S*$/u)));
  if (whole === '') return '…';
  return whole.length < maxChars ? `${whole}…` : cutAtWordEnd(whole, maxChars);
}

/** "1 adjective", "2 adjectives". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}
