/**
 * What shows nothing: control and private characters, unpaired surrogates, and all that fonts ignore. Joiners and
 * selectors stay where emoji, Arabic and Indic letters are built with them.
 */
const INVISIBLE =
  /(?!\n)(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Script=Arabic}[\p{M}--\p{Default_Ignorable_Code_Point}]]\uFE0F?)[\u200C\u200D](?=[\p{Extended_Pictographic}[\p{Lo}--\p{Default_Ignorable_Code_Point}]]))(?!(?<=\p{Extended_Pictographic})\uFE0F)(?!(?<=[#*0-9])\uFE0F\u20E3)[\p{Cc}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gv;
/** Marks piled on one letter, which run over the lines around it. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * Signs that Discord's Markdown, mentions, timestamps, emoji and links are made of. A backslash before any of them shows
 * the sign itself. Links are broken in the same way: `https\:\/\/example.org` is shown and spoken as the address, and
 * Discord makes no link of it. A zero-width character would do as well for the eye, but screen readers may stop at it or
 * say its name, and who copies the address would get a broken one; `<https://…>` hides the preview but still links.
 */
const SIGNS = /[\\*_~`|<>[\]#@/]|:(?!\s)/g;
/** List items: signs that count at the start of a line only. */
const LIST_SIGN = /^(\s*)([-+])(?=\s|$)/gm;
const LIST_NUMBER = /^(\s*\d+)([.)])(?=\s|$)/gm;
const FENCE = /`{3,}/g;

/**
 * A text as people would see it, without what they would not: characters that are invisible, that turn the direction of
 * the line, or lines left empty until the rest is out of sight. Cleaning it again changes nothing.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\p{Zl}\p{Zp}\v\f\x85]/gu, '\n')
    .replace(/\t/g, ' ')
    .replace(INVISIBLE, '')
    .replace(PILED_MARKS, '$1')
    .replace(/[^\S\n]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** As `cleanText`, on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/gu, ' ');
}

/**
 * Escapes a text for the content of a message or an embed's description: nothing in it formats, links, mentions, hides
 * or becomes an emoji. (That nothing pings is `allowedMentions`' work: Discord reads mentions before it reads Markdown.)
 *
 * @param text as from `cleanText` or `cleanLine`
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(SIGNS, String.raw`\$&`)
    .replace(LIST_SIGN, String.raw`$1\$2`)
    .replace(LIST_NUMBER, String.raw`$1\$2`);
}

/**
 * A code block that shows a text as it stands. Within one Discord reads neither Markdown nor mentions nor links; only
 * three backticks would end it, so they become apostrophes.
 *
 * @param text as from `cleanText`
 */
export function codeBlock(text: string): string {
  return `\`\`\`\n${text.replace(FENCE, run => "'".repeat(run.length))}\n\`\`\``;
}
