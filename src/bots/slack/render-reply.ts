import type { types } from '@slack/bolt';
import type { Block, Reply } from '../commands/reply.ts';
import { actionId } from './names.ts';
import { fallbackText, plainText } from './plain-text.ts';
import { LIMITS, MARK_WORDS, type PictureIds, renderBlocks } from './render-blocks.ts';

/** Slack cuts `text` at 40,000 and advises 4,000: https://docs.slack.dev/reference/methods/chat.postMessage. */
const MAX_FALLBACK = 4000;

export interface RenderedMessage {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

/** @param pictures the uploaded pictures; those that are missing are said in words */
export function renderReply(reply: Reply, pictures: PictureIds = new Map()): RenderedMessage {
  const blocks = renderBlocks(reply.blocks, reply.actions, pictures, LIMITS.messageBlocks);
  return { text: fallbackOf(reply.blocks), blocks };
}

/** The App Home: what a person just asked for there, and the home below it. */
export function renderHome(home: Reply, answer: Reply | null): types.HomeView {
  const none: PictureIds = new Map();
  const above: types.KnownBlock[] = answer
    ? [...renderBlocks(answer.blocks, answer.actions, none, LIMITS.viewBlocks / 2 - 1), { type: 'divider' }]
    : [];
  // A button may be in a view once.
  const taken = new Set(answer?.actions.flat().map(({ action, target }) => actionId(action, target)));
  const rows = home.actions.map(row =>
    row.filter(({ action, target }) => !taken.has(actionId(action, target))),
  );
  return {
    type: 'home',
    blocks: [...above, ...renderBlocks(home.blocks, rows, none, LIMITS.viewBlocks - above.length)],
  };
}

/** A sentence alone, as a reply has it: for what the adapter itself has to say. */
export function sentence(text: string, isPrivate = true): Reply {
  return { isPrivate, blocks: [{ type: 'text', text }], actions: [] };
}

/** The sign that work goes on. */
export function renderSign(text: string): RenderedMessage {
  return {
    text: fallbackText(text, MAX_FALLBACK),
    blocks: [{ type: 'context', elements: [plainText(text, LIMITS.context)] }],
  };
}

function fallbackOf(blocks: readonly Block[]): string {
  return fallbackText(blocks.map(wordsOf).join('\n'), MAX_FALLBACK);
}

function wordsOf(block: Block): string {
  switch (block.type) {
    case 'heading':
    case 'text':
    case 'note':
    case 'copy':
      return block.text;
    case 'marked':
      return block.spans.map(({ text, mark }) => (mark ? `${text} (${MARK_WORDS[mark]})` : text)).join('');
    case 'facts':
      return block.facts.map(({ name, value }) => `${name}: ${value}`).join('\n');
    case 'picture':
      return block.altText;
  }
}
