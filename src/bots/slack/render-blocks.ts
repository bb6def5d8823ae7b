import type { types } from '@slack/bolt';
import { cutAtSentenceEnd } from '../../inference/cut-text.ts';
import type { ActionButton, AdjectiveMark, Block, MarkedSpan } from '../commands/reply.ts';
import { actionId } from './names.ts';
import { plainText, shownText, tidyText } from './plain-text.ts';

/** Of Block Kit: https://docs.slack.dev/reference/block-kit/blocks. */
export const LIMITS = {
  header: 150,
  section: 3000,
  field: 2000,
  fields: 10,
  context: 2000,
  altText: 2000,
  button: 75,
  buttons: 5,
  messageBlocks: 50,
  viewBlocks: 100,
  /** `msg_blocks_too_long` comes near 13,200 characters of all blocks together; that is not documented. */
  allText: 12_000,
} as const;

/** The marks in words: bold, struck and slanted letters are not heard. */
export const MARK_WORDS: Readonly<Record<AdjectiveMark, string>> = {
  supported: 'supported',
  contradicted: 'contradicted',
  uncheckable: 'not checkable',
  interpretive: 'interpretive',
};

const MARK_STYLES: Readonly<Record<AdjectiveMark, { bold?: true; italic?: true; strike?: true }>> = {
  supported: { bold: true },
  contradicted: { strike: true },
  uncheckable: { italic: true },
  interpretive: { bold: true, italic: true },
};

/** The id of an uploaded picture, or null where it cannot be shown: then its alternative text stands for it. */
export type PictureIds = ReadonlyMap<Block, string>;

/**
 * @param maxBlocks the most blocks that the surface takes
 * @returns blocks within all limits; what does not fit is cut, the buttons never
 */
export function renderBlocks(
  blocks: readonly Block[],
  actions: readonly (readonly ActionButton[])[],
  pictures: PictureIds,
  maxBlocks: number,
): types.KnownBlock[] {
  const rows = actions.filter(row => row.length > 0).map(renderActions);
  const shown: types.KnownBlock[] = [];
  let room = LIMITS.allText;
  for (const block of blocks) {
    for (const rendered of renderBlock(block, pictures, room)) {
      if (shown.length + rows.length >= maxBlocks) break;
      room -= textLength(rendered);
      shown.push(rendered);
    }
    if (room <= 0) break;
  }
  return [...shown, ...rows];
}

function renderBlock(block: Block, pictures: PictureIds, room: number): types.KnownBlock[] {
  if (room < 1) return [];
  switch (block.type) {
    case 'heading':
      return [{ type: 'header', text: plainText(block.text, Math.min(room, LIMITS.header)) }];
    case 'text':
      return sections(block.text, room);
    case 'note':
      return [{ type: 'context', elements: [plainText(block.text, Math.min(room, LIMITS.context))] }];
    case 'copy':
      return [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_preformatted',
              elements: [{ type: 'text', text: shownText(block.text, Math.min(room, LIMITS.section)) }],
            },
          ],
        },
      ];
    case 'marked':
      return [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: renderSpans(block.spans, room) }],
        },
      ];
    case 'facts':
      return renderFacts(block.facts, room);
    case 'picture': {
      const id = pictures.get(block);
      if (id === undefined) return sections(block.altText, room);
      return [
        {
          type: 'image',
          slack_file: { id },
          alt_text: shownText(block.altText, Math.min(room, LIMITS.altText)),
        },
      ];
    }
  }
}

/** Cut at the ends of sentences into as many sections as the text needs. */
function sections(text: string, room: number): types.KnownBlock[] {
  const found: types.KnownBlock[] = [];
  let rest = tidyText(text);
  let left = room;
  while (rest !== '' && left > 0) {
    const most = Math.min(LIMITS.section, left);
    let part = cutAtSentenceEnd(rest, most);
    // Not even one sentence fits: what is cut off goes on in the next section.
    if (!rest.startsWith(part))
      part = rest.slice(0, most).replace(/[\ud800-\udbff]$/u, '') || rest.slice(0, 2);
    found.push({ type: 'section', text: plainText(part, most) });
    left -= part.length;
    rest = rest.slice(part.length).trimStart();
  }
  return found;
}

/** The most spans that are styled; more would make the message's JSON too long for Slack. */
const MAX_SPANS = 200;

function renderSpans(spans: readonly MarkedSpan[], room: number): types.RichTextElement[] {
  const elements: types.RichTextElement[] = [];
  let left = Math.min(room, LIMITS.section * 2);
  for (const { text, mark } of spans) {
    // Blanks at the edges are kept: they part the words.
    const clean = text
      .toWellFormed()
      .replace(/[^\P{C}\n\t]/gu, '')
      .slice(0, left)
      .toWellFormed();
    if (clean === '') continue;
    left -= clean.length;
    if (mark === null || elements.length >= MAX_SPANS) {
      elements.push({ type: 'text', text: clean });
    } else {
      elements.push({ type: 'text', text: clean, style: MARK_STYLES[mark] });
      const words = ` (${MARK_WORDS[mark]})`;
      if (left < words.length) break;
      left -= words.length;
      elements.push({ type: 'text', text: words });
    }
    if (left <= 0 || elements.length > 2 * MAX_SPANS) break;
  }
  return elements.length > 0 ? elements : [{ type: 'text', text: '–' }];
}

function renderFacts(
  facts: readonly { readonly name: string; readonly value: string }[],
  room: number,
): types.KnownBlock[] {
  const found: types.KnownBlock[] = [];
  let left = room;
  for (let at = 0; at < facts.length && left > 0; at += LIMITS.fields) {
    const fields = [];
    for (const { name, value } of facts.slice(at, at + LIMITS.fields)) {
      if (left < 1) break;
      const field = plainText(`${name}\n${value}`, Math.min(LIMITS.field, left));
      left -= field.text.length;
      fields.push(field);
    }
    if (fields.length > 0) found.push({ type: 'section', fields });
  }
  return found;
}

function renderActions(row: readonly ActionButton[]): types.KnownBlock {
  return {
    type: 'actions',
    elements: row.slice(0, LIMITS.buttons).map(({ action, target, label, style }) => ({
      type: 'button' as const,
      text: plainText(label, LIMITS.button),
      action_id: actionId(action, target),
      value: target,
      ...(style === 'plain' ? {} : { style }),
    })),
  };
}

/** How much of `LIMITS.allText` a block takes: its texts. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum +
      ((key === 'text' || key === 'alt_text') && typeof item === 'string' ? item.length : textLength(item)),
    0,
  );
}
