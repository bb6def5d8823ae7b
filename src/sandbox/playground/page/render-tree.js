import { el } from './dom.js';

const INLINE = { bold: 'strong', italic: 'em', underline: 'u', strike: 's', spoiler: 'span', code: 'code' };

/**
 * Makes elements of the trees of `discord-markdown.js` and `slack-mrkdwn.js`.
 *
 * @param {import('./discord-markdown.js').Tree[]} trees
 * @param {{ nameOf: (id: string) => string, channelOf: (id: string) => string }} names
 * @returns {Node[]}
 */
export function renderTrees(trees, names) {
  const nodes = [];
  for (let at = 0; at < trees.length; at++) {
    const tree = trees[at];
    if (tree.type !== 'item') {
      nodes.push(renderTree(tree, names));
      continue;
    }
    const items = [];
    while (trees[at]?.type === 'item') items.push(el('li', null, renderTrees(trees[at++].children, names)));
    at--;
    nodes.push(el('ul', null, items));
  }
  return nodes;
}

function renderTree(tree, names) {
  const children = () => renderTrees(tree.children ?? [], names);
  switch (tree.type) {
    case 'text':
      return document.createTextNode(tree.text);
    case 'line':
      return tree.children.length === 0 ? el('div.blank') : el('div', null, children());
    case 'heading':
      // No heading element: messages must not take part in the page's outline.
      return el(`div.heading.level-${tree.level}`, null, children());
    case 'subtext':
      return el('div.small-print', null, children());
    case 'quote':
      return el('blockquote', null, children());
    case 'code-block':
      return el(
        'pre',
        { tabindex: 0 },
        el('code', null, ...(tree.language === 'ansi' ? renderAnsi(tree.text) : [tree.text])),
      );
    case 'code':
      return el('code', null, tree.text);
    case 'bold-italic':
      return el('strong', null, el('em', null, children()));
    case 'mention':
      return el('span.mention', null, tree.text ?? `@${names.nameOf(tree.id)}`);
    case 'channel':
      return el('span.mention', null, `#${tree.text ?? names.channelOf(tree.id)}`);
    case 'time':
      return el('span', null, new Date(Number(tree.text) * 1000).toLocaleString());
    case 'link':
      // Shown as the platform shows a link, and leading nowhere: what a stranger posted is not for a click here.
      return el('span.link', null, tree.text);
    default:
      return el(INLINE[tree.type] ?? 'span', null, children());
  }
}

/** Discord shows ANSI colours in code blocks: made into classes. */
function renderAnsi(text) {
  const nodes = [];
  let classes = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI sequences begin with one
  for (const part of text.split(/(\u001b\[[\d;]{0,20}m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part !== '') nodes.push(classes === '' ? part : el('span', { class: classes }, part));
      continue;
    }
    classes = codes
      .split(';')
      .filter(code => Number(code) > 0)
      .map(code => `ansi-${Number(code)}`)
      .join(' ');
  }
  return nodes;
}
