/**
 * Slack's `mrkdwn`, as a tree like the one of `discord-markdown.js`.
 * Source: https://docs.slack.dev/messaging/formatting-message-text
 *
 * @typedef {import('./discord-markdown.js').Tree} Tree
 * @param {string} source
 * @returns {Tree[]}
 */
export function parseMrkdwn(source) {
  /** @type {Tree[]} */
  const blocks = [];
  let from = 0;
  for (const match of source.matchAll(/```\n?([\s\S]*?)\n?```/g)) {
    blocks.push(...parseLines(source.slice(from, match.index)));
    blocks.push({ type: 'code-block', language: '', text: unescapeEntities(match[1]) });
    from = match.index + match[0].length;
  }
  blocks.push(...parseLines(source.slice(from)));
  return blocks;
}

/** Slack escapes these three and nothing else. */
export function unescapeEntities(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function parseLines(text) {
  const trimmed = text.replace(/^\n+|\n+$/g, '');
  if (trimmed === '') return [];
  return trimmed.split('\n').map(line => {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    return quote
      ? { type: 'quote', children: parseInline(quote[1]) }
      : { type: 'line', children: parseInline(line) };
  });
}

const MARKS = { '*': 'bold', _: 'italic', '~': 'strike' };

function parseInline(text, depth = 0) {
  const trees = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') trees.push({ type: 'text', text: unescapeEntities(plain) });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const special = depth < 8 ? (readAngle(text.slice(at)) ?? readMark(text, at, depth)) : null;
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

function readAngle(rest) {
  const match = /^<([^<>\n]{1,3000})>/.exec(rest);
  if (!match) return null;
  const [target, label] = match[1].split('|', 2);
  const length = match[0].length;
  if (target.startsWith('@')) return { tree: { type: 'mention', id: target.slice(1) }, length };
  if (target.startsWith('#')) return { tree: { type: 'channel', id: target.slice(1), text: label }, length };
  if (target.startsWith('!')) {
    return {
      tree: { type: 'mention', text: label ? unescapeEntities(label) : `@${target.slice(1)}` },
      length,
    };
  }
  return { tree: { type: 'link', text: unescapeEntities(label ?? target) }, length };
}

function readMark(text, at, depth) {
  if (text[at] === '`') {
    const code = /^`([^`\n]+)`/.exec(text.slice(at));
    return code && { tree: { type: 'code', text: unescapeEntities(code[1]) }, length: code[0].length };
  }
  const type = MARKS[text[at]];
  if (!type || /[\w]/.test(text[at - 1] ?? '')) return null;
  const mark = text[at];
  for (let end = text.indexOf(mark, at + 2); end > 0; end = text.indexOf(mark, end + 1)) {
    if (/\s/.test(text[end - 1]) || /\w/.test(text[end + 1] ?? '')) continue;
    if (/\s/.test(text[at + 1])) return null;
    return {
      tree: { type, children: parseInline(text.slice(at + 1, end), depth + 1) },
      length: end + 1 - at,
    };
  }
  return null;
}
