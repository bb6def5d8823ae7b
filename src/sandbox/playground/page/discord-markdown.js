/**
 * Discord's own kind of Markdown, as far as messages of the bot and of people use it. The result is a tree of plain
 * data: `dom.js` makes elements of it, so that nothing becomes markup by itself.
 *
 * @typedef {{ type: string, children?: Tree[], text?: string, language?: string, level?: number, id?: string }} Tree
 * @param {string} source
 * @returns {Tree[]}
 */
export function parseMarkdown(source) {
  /** @type {Tree[]} */
  const blocks = [];
  const pattern = /```(?:([a-z0-9_+.-]{0,20})\n)?([\s\S]*?)```/gi;
  let from = 0;
  for (const match of source.matchAll(pattern)) {
    if (isEscaped(source, match.index)) continue;
    blocks.push(...parseLines(source.slice(from, match.index)));
    blocks.push({ type: 'code-block', language: match[1] ?? '', text: match[2].replace(/^\n|\n$/g, '') });
    from = match.index + match[0].length;
  }
  blocks.push(...parseLines(source.slice(from)));
  return blocks;
}

const LINE_KINDS = [
  [
    /^(#{1,3}) +(.+)$/,
    match => ({ type: 'heading', level: match[1].length, children: parseInline(match[2]) }),
  ],
  [/^-# +(.+)$/, match => ({ type: 'subtext', children: parseInline(match[1]) })],
  [/^> (.*)$/, match => ({ type: 'quote', children: parseInline(match[1]) })],
  [/^ {0,3}[-*] +(.+)$/, match => ({ type: 'item', children: parseInline(match[1]) })],
];

function parseLines(text) {
  const trimmed = text.replace(/^\n+|\n+$/g, '');
  if (trimmed === '') return [];
  return trimmed.split('\n').map(line => {
    for (const [pattern, make] of LINE_KINDS) {
      const match = pattern.exec(line);
      if (match) return make(match);
    }
    return { type: 'line', children: parseInline(line) };
  });
}

const MARKS = [
  ['***', 'bold-italic'],
  ['**', 'bold'],
  ['__', 'underline'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'italic'],
  ['_', 'italic'],
];

/** @param {string} text @returns {Tree[]} */
export function parseInline(text, depth = 0) {
  const trees = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') trees.push({ type: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    // A backslash takes its meaning from any sign that has one.
    if (/^\\[^\sA-Za-z0-9]/.test(rest)) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    const special = depth < 8 ? (readCode(rest) ?? readReference(rest) ?? readMark(text, at, depth)) : null;
    if (special) {
      flush();
      trees.push(special.tree);
      at += special.length;
    } else {
      plain += text[at];
      at++;
    }
  }
  flush();
  return trees;
}

function readCode(rest) {
  const match = /^(`{1,2})([^`]+)\1(?!`)/.exec(rest);
  return match && { tree: { type: 'code', text: match[2] }, length: match[0].length };
}

function readReference(rest) {
  const mention = /^<(@[!&]?|#)(\d{1,25})>/.exec(rest);
  if (mention) {
    return {
      tree: { type: mention[1] === '#' ? 'channel' : 'mention', id: mention[2] },
      length: mention[0].length,
    };
  }
  const everyone = /^@(?:everyone|here)\b/.exec(rest);
  if (everyone) return { tree: { type: 'mention', text: everyone[0] }, length: everyone[0].length };
  const time = /^<t:(\d{1,12})(?::[tTdDfFR])?>/.exec(rest);
  if (time) return { tree: { type: 'time', text: time[1] }, length: time[0].length };
  const link = /^(?:<(https?:\/\/[^\s<>]{1,2000})>|(https?:\/\/[^\s<>)\]]{1,2000}))/.exec(rest);
  if (link) return { tree: { type: 'link', text: link[1] ?? link[2] }, length: link[0].length };
  return null;
}

function readMark(text, at, depth) {
  for (const [mark, type] of MARKS) {
    if (!text.startsWith(mark, at)) continue;
    // Underscores within words are no marks.
    if (mark === '_' && /\w/.test(text[at - 1] ?? '')) continue;
    const from = at + mark.length;
    if (/^\s/.test(text.slice(from, from + 1))) continue;
    for (let end = text.indexOf(mark, from + 1); end > 0; end = text.indexOf(mark, end + 1)) {
      const isLonger = text[end + mark.length] === mark[0] && mark.length < 3;
      if (isEscaped(text, end) || isLonger || /\s/.test(text[end - 1])) continue;
      return {
        tree: { type, children: parseInline(text.slice(from, end), depth + 1) },
        length: end + mark.length - at,
      };
    }
  }
  return null;
}

function isEscaped(text, at) {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
