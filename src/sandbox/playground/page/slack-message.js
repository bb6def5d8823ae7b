import { pictureUrl } from './api.js';
import { el } from './dom.js';
import { renderButton, renderPicture } from './message.js';
import { renderTrees } from './render-tree.js';
import { parseMrkdwn, unescapeEntities } from './slack-mrkdwn.js';

/** @param {any} json a message of Slack's API */
export function renderSlackMessage(json, context) {
  const { names, bot, find } = context;
  const id = json.user ?? (json.bot_id ? bot.id : '');
  const files = json.files ?? [];
  const blocks = json.blocks ?? [];
  const inBlocks = new Set(blocks.map(({ slack_file: file }) => file?.id));
  const body = [
    // Where there are blocks, the text is for notifications only.
    ...(blocks.length > 0
      ? blocks.map(block => renderBlock(block, { ...context, files }))
      : [json.text ? el('div.text', null, renderTrees(parseMrkdwn(json.text), names)) : null]),
    ...files.filter(file => !inBlocks.has(file.id)).map(renderFile),
  ].filter(Boolean);
  const isReply = json.thread_ts && json.thread_ts !== json.ts;
  const parent = isReply ? find(json.thread_ts)?.json : undefined;
  return {
    author: { id, name: id === bot.id ? bot.name : names.nameOf(id) },
    at: new Date(Number.parseFloat(json.ts) * 1000),
    isEdited: Boolean(json.edited),
    above: isReply
      ? [
          el(
            'p.reference',
            null,
            'In the thread of ',
            el('strong', null, parent ? names.nameOf(parent.user ?? '') || bot.name : 'a message'),
          ),
        ]
      : [],
    body,
    images: files
      .map((file, fileIndex) => ({
        altText: altTextOf(file),
        fileIndex,
        isImage: file.mimetype?.startsWith('image/'),
      }))
      .filter(({ isImage }) => isImage),
  };
}

/** @param {any} view Slack's App Home */
export function renderSlackHome(view, context) {
  return (view.blocks ?? []).map(block => renderBlock(block, { ...context, files: [] }));
}

function altTextOf(file) {
  return file.alt_txt ?? file.alt_text ?? '';
}

function renderFile(file) {
  if (!file.mimetype?.startsWith('image/')) return el('p.file', null, file.name ?? file.title ?? 'file');
  return renderPicture({
    url: pictureUrl('slack', file.id),
    altText: altTextOf(file),
    width: file.original_w,
    height: file.original_h,
    caption: 'no alt text',
  });
}

function renderTextObject(object, names) {
  if (!object) return [];
  if (object.type === 'mrkdwn') return renderTrees(parseMrkdwn(object.text), names);
  // Slack's clients show the entities of plain text as the signs that they stand for.
  return unescapeEntities(object.text)
    .split('\n')
    .map(line => el('div', null, line));
}

/** Blocks: https://docs.slack.dev/reference/block-kit/blocks. */
function renderBlock(block, context) {
  const { names, press, files } = context;
  switch (block.type) {
    case 'header':
      return el('p.block-header', null, unescapeEntities(block.text.text));
    case 'section':
      return el(
        'div.section',
        null,
        block.text && el('div.text', null, renderTextObject(block.text, names)),
        block.fields &&
          el(
            'div.fields',
            null,
            block.fields.map(field => el('div', null, renderTextObject(field, names))),
          ),
        block.accessory?.type === 'button' && renderSlackButton(block.accessory, press),
      );
    case 'context':
      return el(
        'div.small-print',
        null,
        block.elements.map(element => el('div', null, renderTextObject(element, names))),
      );
    case 'divider':
      return el('hr');
    case 'actions':
      return el(
        'div.actions',
        null,
        block.elements.map(element => renderSlackButton(element, press)),
      );
    case 'image': {
      const id = block.slack_file?.id;
      // A picture elsewhere on the web: this page shows none.
      if (!id) return el('p.small-print', null, block.alt_text);
      const file = files.find(each => each.id === id);
      return renderPicture({
        url: pictureUrl('slack', id),
        altText: block.alt_text,
        width: file?.original_w,
        height: file?.original_h,
      });
    }
    case 'rich_text':
      return el(
        'div.text',
        null,
        block.elements.map(element => renderRichText(element, names)),
      );
    default:
      return el('p.small-print', null, `(a block of type ${block.type} that this page does not show)`);
  }
}

function renderSlackButton(element, press) {
  if (element.type !== 'button')
    return el('p.small-print', null, `(a ${element.type} that this page does not show)`);
  return renderButton(
    { label: unescapeEntities(element.text.text), style: element.style ?? 'plain', id: element.action_id },
    press,
  );
}

function renderRichText(element, names) {
  const inline = () => (element.elements ?? []).map(part => renderRichPart(part, names));
  switch (element.type) {
    case 'rich_text_preformatted':
      return el('pre', { tabindex: 0 }, el('code', null, inline()));
    case 'rich_text_quote':
      return el('blockquote', null, inline());
    case 'rich_text_list':
      return el(
        element.style === 'ordered' ? 'ol' : 'ul',
        null,
        element.elements.map(item => el('li', null, renderRichText(item, names))),
      );
    default:
      return el('div', null, inline());
  }
}

function renderRichPart(part, names) {
  const text =
    part.type === 'user'
      ? `@${names.nameOf(part.user_id)}`
      : part.type === 'channel'
        ? `#${names.channelOf(part.channel_id)}`
        : part.type === 'emoji'
          ? `:${part.name}:`
          : (part.text ?? part.url ?? '');
  const isMention = part.type === 'user' || part.type === 'channel';
  let node = isMention
    ? el('span.mention', null, text)
    : part.type === 'link'
      ? el('span.link', null, text)
      : document.createTextNode(text);
  const { bold, italic, strike, code } = part.style ?? {};
  if (code) node = el('code', null, node);
  if (strike) node = el('s', null, node);
  if (italic) node = el('em', null, node);
  if (bold) node = el('strong', null, node);
  return node;
}
