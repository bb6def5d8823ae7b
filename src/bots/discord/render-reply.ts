import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import { cutAtSentenceEnd, cutAtWordEnd } from '../../inference/cut-text.ts';
import type { ActionButton, Block, Reply } from '../commands/reply.ts';
import { customIdOf } from './custom-id.ts';
import { cleanLine, cleanText } from './escape-text.ts';
import {
  MAX_ALT_TEXT,
  MAX_BUTTON_LABEL,
  MAX_CONTENT,
  MAX_EMBED_DESCRIPTION,
  MAX_EMBED_TOTAL,
  MAX_FILES,
  MAX_ROW_BUTTONS,
  MAX_ROWS,
} from './limits.ts';
import { type Passage, renderBlock } from './render-blocks.ts';

/** What discord.js takes for a new message as well as for an edit: whole, so that nothing of what stood there stays. */
export interface MessageContent {
  content: string;
  embeds: APIEmbed[];
  components: APIActionRowComponent<APIButtonComponentWithCustomId>[];
  files: { attachment: Buffer; name: string; description: string }[];
  /** On an edit: none of the files that were there stays. discord.js adds the new ones. */
  attachments: [];
  allowedMentions: { parse: []; repliedUser: false };
  /** No previews, whatever Discord may take for a link; they are embeds too, so none where we use embeds. */
  flags: MessageFlags.SuppressEmbeds[];
}

const STYLES = {
  plain: ButtonStyle.Secondary,
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
} as const;

/**
 * A reply in Discord's form. It is message content, since that is what screen readers read first; what does not fit goes
 * on in embeds, and what does not fit there is cut at a sentence's end.
 *
 * @returns made anew each time: discord.js changes what it is given
 */
export function renderReply(reply: Reply): MessageContent {
  const pictures = reply.blocks.filter(block => block.type === 'picture').slice(0, MAX_FILES);
  const passages = reply.blocks.flatMap(block => (block.type === 'picture' ? [] : renderBlock(block)));
  const { content, embeds } = layOut(passages);
  return {
    // Discord refuses an empty message.
    content: content === '' && embeds.length === 0 && pictures.length === 0 ? '(No text.)' : content,
    embeds,
    components: reply.actions
      .filter(row => row.length > 0)
      .slice(0, MAX_ROWS)
      .map(row => ({
        type: ComponentType.ActionRow,
        components: row.slice(0, MAX_ROW_BUTTONS).map(renderButton),
      })),
    files: pictures.map(renderPicture),
    attachments: [],
    allowedMentions: { parse: [], repliedUser: false },
    flags: embeds.length === 0 ? [MessageFlags.SuppressEmbeds] : [],
  };
}

function layOut(passages: readonly Passage[]): { content: string; embeds: APIEmbed[] } {
  const content: string[] = [];
  let index = 0;
  for (let length = 0; index < passages.length; index++) {
    const { whole } = passages[index]!;
    length += whole.length + (index > 0 ? 1 : 0);
    if (length > MAX_CONTENT) break;
    content.push(whole);
  }
  return { content: content.join('\n'), embeds: layOutEmbeds(passages.slice(index)) };
}

function layOutEmbeds(passages: readonly Passage[]): APIEmbed[] {
  const descriptions: string[] = [];
  let left = MAX_EMBED_TOTAL;
  passages.forEach((passage, index) => {
    const last = descriptions.length - 1;
    const lastRoom = last < 0 ? 0 : MAX_EMBED_DESCRIPTION - descriptions[last]!.length - 1;
    const joins = lastRoom >= passage.whole.length;
    // A long text leaves room for the figures after it.
    const after = passages.slice(index + 1).reduce((sum, { whole }) => sum + whole.length + 1, 0);
    const room = Math.max(left - after, Math.min(left, 1000)) - 1;
    const text = passage.cutTo(Math.min(room, joins ? lastRoom : MAX_EMBED_DESCRIPTION));
    if (text === '') return;
    left -= text.length + 1;
    if (joins) descriptions[last] += `\n${text}`;
    else descriptions.push(text);
  });
  return descriptions.map(description => ({ description }));
}

function renderButton({ action, target, label, style }: ActionButton): APIButtonComponentWithCustomId {
  return {
    type: ComponentType.Button,
    custom_id: customIdOf({ action, target }),
    label: cutAtWordEnd(cleanLine(label) || action, MAX_BUTTON_LABEL),
    style: STYLES[style],
  };
}

function renderPicture({ png, fileName, altText }: Extract<Block, { type: 'picture' }>) {
  return {
    attachment: Buffer.from(png),
    // `SPOILER_` at the start would hide the picture.
    name: `${
      fileName
        .replace(/\.png$/i, '')
        .replace(/[^\w-]+/g, '-')
        .replace(/^(?:SPOILER_)+/i, '')
        .slice(0, 80) || 'picture'
    }.png`,
    description: cutAtSentenceEnd(cleanText(altText), MAX_ALT_TEXT),
  };
}
