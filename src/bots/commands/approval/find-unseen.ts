/** What shows nothing, or turns the direction of a line; line ends are seen. */
const UNSEEN =
  /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
/** Joiners and selectors that emoji are built with. */
const OF_EMOJI =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|[#*0-9])\ufe0f|(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})/gu;
/** Blanks that platforms leave out when they show a text. */
const BLANKS = /^\s|\s$|[^\S\n]\n|\n{3,}/u;
const MOST = 10;

/**
 * What will be posted and cannot be seen in a preview: invisible characters by their code points, and blanks that are left
 * out. Null where the preview shows all that there is.
 */
export function findUnseen(text: string): string | null {
  const found = new Map<string, number>();
  for (const [character] of text.replace(OF_EMOJI, '').matchAll(UNSEEN)) {
    const name = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  const names = [...found]
    .slice(0, MOST)
    .map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  if (found.size > MOST) names.push(`${found.size - MOST} others`);
  if (BLANKS.test(text)) names.push('blanks or empty lines at edges');
  return names.length === 0 ? null : `${names.join(', ')}.`;
}
