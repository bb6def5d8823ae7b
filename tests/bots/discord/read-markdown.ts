/**
 * What Discord would make of a message, as far as it matters here: a reader of its Markdown that knows escapes, code
 * blocks and the signs that a stranger's text must not bring in. It follows the rules of Discord's own parser (a fork of
 * simple-markdown): an escape is a backslash before anything but a letter, digit or blank.
 */
export interface ReadMarkdown {
  /** The text that is seen, signs taken away. */
  readonly seen: string;
  /** What was found that formats, links, mentions or hides. */
  readonly found: readonly string[];
}

const RULES: readonly [name: string, pattern: RegExp][] = [
  ['code', /^(`+)[\s\S]*?[^`]\1(?!`)/],
  ['mention', /^<(?:@[!&]?|#|id:|\/[^<>]*:|a?:\w+:|t:-?)\d*[^<>]*>/],
  ['mention', /^@(?:everyone|here)/],
  ['link', /^<(?:https?|mailto|tel|discord):[^<>]*>/],
  ['link', /^(?:https?|steam|discord):\/\/[^\s<]+/],
  ['link', /^(?:discord\.gg|discord\.com\/invite)\/\w+/],
  ['masked link', /^\[[^\]]*\]\([^)]*\)/],
  ['bold', /^\*\*[\s\S]+?\*\*(?!\*)/],
  ['underline', /^__[\s\S]+?__(?!_)/],
  ['italic', /^\*(?=\S)[^*]+?\*(?!\*)/],
  ['italic', /^_[^_]+?_\b/],
  ['strike', /^~~[\s\S]+?~~/],
  ['spoiler', /^\|\|[\s\S]+?\|\|/],
  ['emoji', /^:[\w+-]+:/],
];
const LINE_RULES: readonly [name: string, pattern: RegExp][] = [
  ['heading', /^#{1,3}\s+\S/],
  ['small', /^-#\s+\S/],
  ['quote', /^>{1,3}\s/],
  ['list', /^\s*(?:[*+-]|\d+\.)\s+\S/],
];

export function readMarkdown(content: string): ReadMarkdown {
  const found: string[] = [];
  let seen = '';
  for (let at = 0; at < content.length; ) {
    const rest = content.slice(at);
    const block = /^```\n([\s\S]*?)\n```/.exec(rest);
    if (block) {
      found.push('code block');
      seen += block[1];
      at += block[0].length;
      continue;
    }
    const escaped = /^\\([^0-9A-Za-z\s])/.exec(rest);
    if (escaped) {
      seen += escaped[1];
      at += 2;
      continue;
    }
    if (at === 0 || content[at - 1] === '\n') {
      for (const [name, pattern] of LINE_RULES) if (pattern.test(rest)) found.push(name);
    }
    for (const [name, pattern] of RULES) if (pattern.test(rest)) found.push(name);
    seen += content[at];
    at += 1;
  }
  return { seen, found };
}
