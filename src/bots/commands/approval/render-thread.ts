import { describePostAt } from '../../../launch/approval/describe-state.ts';
import { formatVersion, SHOWN_DIGITS } from '../../../launch/approval/thread-version.ts';
import { costOf, MAX_WEIGHTED_LENGTH, weightedLengthOf } from '../../../launch/thread/measure-post.ts';
import type { ThreadRow } from '../../../store/launch-store.ts';
import type { ActionButton, Block, Reply } from '../reply.ts';
import { counted, oneLine } from '../shown-text.ts';
import { findUnseen } from './find-unseen.ts';

/**
 * The most characters of one message, so that no platform cuts anything: escaped for Discord a text may become twice as long,
 * of which 6,000 fit (2,000 as content and the rest in embeds).
 */
const MESSAGE_CHARS = 2600;
/** Of one block: escaped it fits into one of Discord's embeds (4,096). */
const BLOCK_CHARS = 1800;
/** For a block's signs and line ends. */
const BLOCK_EXTRA = 20;

/**
 * A thread as it would be posted, to be decided over: as many messages as the platforms' limits ask for. Pictures stand with
 * the part that they belong to; the last message has the buttons.
 */
export function renderThread(row: ThreadRow): Reply[] {
  const blocks: Block[][] = [headOf(row), ...row.content.parts.map((_, at) => partOf(row, at))];
  const messages = pack(blocks);
  return messages.map((message, at) => {
    const isLast = at === messages.length - 1;
    return { isPrivate: false, blocks: message, actions: isLast ? [buttonsOf(row)] : [] };
  });
}

/** The last message of a thread once it was decided over: with what was decided, and without buttons. */
export function renderDecided(row: ThreadRow, decision: string): Reply {
  const last = renderThread(row).at(-1)!;
  return {
    ...last,
    blocks: [...last.blocks, { type: 'heading', text: 'Decided' }, ...textBlocks(decision)],
    actions: [],
  };
}

function buttonsOf(row: ThreadRow): ActionButton[] {
  const target = formatVersion(row);
  return [
    { action: 'approve-thread', target, label: 'Approve', style: 'primary' },
    { action: 'edit-thread', target, label: 'Edit', style: 'plain' },
    { action: 'reject-thread', target, label: 'Reject', style: 'danger' },
  ];
}

function headOf(row: ThreadRow): Block[] {
  const { title, content, contentHash, revision, runId, createdBy, id } = row;
  const cost = content.parts.reduce((sum, { text }) => sum + costOf(text), 0);
  const facts = [
    { name: 'Thread', value: `${id}, revision ${revision}` },
    { name: 'Parts', value: String(content.parts.length) },
    { name: 'Run', value: runId ?? 'none' },
    { name: 'Goes out', value: describePostAt(row) },
    { name: 'Cost', value: `$${cost.toFixed(3)} at X` },
    { name: 'Drafted by', value: oneLine(createdBy, 100) },
    { name: 'Hash', value: contentHash.slice(0, SHOWN_DIGITS) },
  ];
  return [
    { type: 'heading', text: `Thread to approve: ${oneLine(title, 100)}` },
    { type: 'note', text: 'What follows is posted on X as it stands here, once it is approved.' },
    { type: 'facts', facts },
  ];
}

function partOf({ content }: ThreadRow, at: number): Block[] {
  const { text, pictures } = content.parts[at]!;
  const unseen = findUnseen(text);
  const altTexts = pictures.flatMap(({ altText, fileName }, index): Block[] => {
    const hidden = findUnseen(altText);
    const name = `Picture ${index + 1} (${oneLine(fileName, 80)}), alternative text`;
    return [
      { type: 'note', text: `${name}: ${altText}` },
      ...(hidden === null ? [] : [{ type: 'note' as const, text: `Not to be seen in it: ${hidden}` }]),
    ];
  });
  return [
    { type: 'heading', text: `Part ${at + 1} of ${content.parts.length}` },
    ...textBlocks(text),
    {
      type: 'note',
      text: `${weightedLengthOf(text)} of ${MAX_WEIGHTED_LENGTH} characters by X’s counting${pictures.length > 0 ? `, ${counted(pictures.length, 'picture')}` : ''}.`,
    },
    ...(unseen === null ? [] : [{ type: 'note' as const, text: `Not to be seen in this part: ${unseen}` }]),
    ...altTexts,
    ...pictures.map(
      ({ pngBase64, fileName, altText }): Block => ({
        type: 'picture',
        png: Buffer.from(pngBase64, 'base64'),
        fileName,
        altText,
      }),
    ),
  ];
}

function textBlocks(text: string): Block[] {
  return inPieces(text).map(piece => ({ type: 'text', text: piece }));
}

/** A text in pieces that no platform cuts. */
export function inPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const piece =
      rest.length > BLOCK_CHARS ? rest.slice(0, BLOCK_CHARS).replace(/[\ud800-\udbff]$/u, '') : rest;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}

/** Fills messages with sections. One with pictures ends its message, since Discord shows them at the end of it. */
function pack(sections: readonly (readonly Block[])[]): Block[][] {
  const messages: Block[][] = [[]];
  let chars = 0;
  let hasPicture = false;
  for (const section of sections) {
    const sectionChars = section.reduce((sum, block) => sum + charsOf(block), 0);
    const isWhole = chars + sectionChars <= MESSAGE_CHARS;
    for (const [at, block] of section.entries()) {
      const startsAnew = at === 0 ? hasPicture || !isWhole : chars + charsOf(block) > MESSAGE_CHARS;
      if (startsAnew && messages.at(-1)!.length > 0) {
        messages.push([]);
        chars = 0;
        hasPicture = false;
      }
      messages.at(-1)!.push(block);
      chars += charsOf(block);
      hasPicture ||= block.type === 'picture';
    }
  }
  return messages;
}

/** Upper bounds of what is shown as text. A picture's words are shown where it cannot be. */
function charsOf(block: Block): number {
  switch (block.type) {
    case 'picture':
      return 0;
    case 'facts':
      return block.facts.reduce((sum, { name, value }) => sum + name.length + value.length + BLOCK_EXTRA, 0);
    case 'marked':
      return block.spans.reduce((sum, { text }) => sum + text.length + BLOCK_EXTRA, 0);
    default:
      return block.text.length + BLOCK_EXTRA;
  }
}
