/**
 * The text with blanks for what it quotes, so that offsets stay: the words on a sign are not the describer's.
 *
 * @param quotes offsets in UTF-16 code units
 */
export function blankQuotes(
  text: string,
  quotes: readonly { readonly start: number; readonly end: number }[],
): string {
  return quotes.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
}
