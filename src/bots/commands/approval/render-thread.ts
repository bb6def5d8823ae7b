import { describePostAt } from '../../../launch/approval/describe-state.ts';
import { formatVersion, SHOWN_DIGITS } from '../../../launch/approval/thread-version.ts';
import { describeThread, type ThreadDescription } from '../../../launch/thread/describe-thread.ts';
import type { ThreadPart } from '../../../launch/thread/thread.ts';
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
  const description = describeThread(row);
  const parts = row.content.parts.map((part, at) =>
    partOf(part, description.parts[at]!, row.content.parts.length),
  );
  const messages = pack([headOf(row, description), ...parts]);
  // Far from the head, the buttons say again what they are about.
  const about = `“${oneLine(row.title, 100)}”, revision ${row.revision}, hash ${shownHash(row)}`;
  if (messages.length > 1) messages.at(-1)!.push(note(about));
  return messages.map((blocks, at) => {
    const isLast = at === messages.length - 1;
    return { isPrivate: false, blocks, actions: isLast ? [buttonsOf(row)] : [] };
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

function headOf(row: ThreadRow, { costUsd, isIntact }: ThreadDescription): Block[] {
  const { title, content, revision, runId, createdBy, id } = row;
  const facts = [
    { name: 'Thread', value: `${id}, revision ${revision}` },
    { name: 'Parts', value: String(content.parts.length) },
    { name: 'Run', value: runId ?? 'none' },
    { name: 'Goes out', value: describePostAt(row) },
    { name: 'Cost', value: dollars(costUsd) },
    { name: 'Drafted by', value: oneLine(createdBy, 100) },
    { name: 'Hash', value: shownHash(row) },
  ];
  return [
    { type: 'heading', text: `Thread to approve: ${oneLine(title, 100)}` },
    note('Each part is posted on X as it stands here, once the thread is approved.'),
    ...(isIntact ? [] : [note('Its content was changed past the program: it cannot be approved.')]),
    { type: 'facts', facts },
  ];
}

function partOf(
  { text, pictures }: ThreadPart,
  { position, length, maxLength, costUsd, links, mentions }: ThreadDescription['parts'][number],
  total: number,
): Block[] {
  const figures = [
    `${length} of ${maxLength} characters as X counts`,
    dollars(costUsd),
    ...(links.length > 0 ? [counted(links.length, 'link')] : []),
    ...(mentions.length > 0 ? [`calls ${mentions.map(name => `@${name}`).join(', ')}`] : []),
    ...(pictures.length > 0 ? [counted(pictures.length, 'picture')] : []),
  ];
  return [
    { type: 'heading', text: `Part ${position} of ${total}` },
    ...textBlocks(text),
    note(figures.join(' · ')),
    ...unseenIn(text, 'in the text'),
    ...pictures.flatMap(({ altText, fileName }, at) => [
      note(`Alt text of picture ${at + 1}, ${oneLine(fileName, 80)}: ${altText}`),
      ...unseenIn(altText, `in the alt text of picture ${at + 1}`),
    ]),
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

function unseenIn(text: string, where: string): Block[] {
  const unseen = findUnseen(text);
  return unseen === null ? [] : [note(`Not to be seen here, but ${where}: ${unseen}`)];
}

function note(text: string): Block {
  return { type: 'note', text };
}

function shownHash({ contentHash }: ThreadRow): string {
  return contentHash.slice(0, SHOWN_DIGITS);
}

function dollars(usd: number): string {
  return `US$ ${usd.toFixed(3)}`;
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
