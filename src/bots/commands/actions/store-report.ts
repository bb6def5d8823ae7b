import type { ActionCall } from '../bot-commands.ts';
import { BotError } from '../bot-error.ts';
import type { Context } from '../context.ts';
import type { KnownReply } from '../known-replies.ts';
import type { Form } from '../reply.ts';
import { hashText } from '../reply-state.ts';
import { oneLine } from '../shown-text.ts';

const REASONS = [
  { value: 'wrong', label: 'It is wrong' },
  { value: 'offensive', label: 'It is offensive' },
  { value: 'private', label: 'It gives away something private' },
  { value: 'other', label: 'Something else' },
] as const;

const MAX_COMMENT = 500;

export function reportForm(target: string): Form {
  return {
    title: 'Report a description',
    action: 'report',
    target,
    submitLabel: 'Send',
    fields: [
      { name: 'reason', kind: 'choice', label: 'What is wrong with it?', choices: REASONS, isRequired: true },
      {
        name: 'comment',
        kind: 'text',
        label: 'What should it say? (if you like)',
        hint: 'The text of the description is sent along.',
        isRequired: false,
        isLong: true,
        maxChars: MAX_COMMENT,
      },
    ],
  };
}

/** Stores a report that was filled in, with what the reply said as far as that is known. */
export async function storeReport(context: Context, call: ActionCall): Promise<void> {
  const { person, place } = call;
  const reason = REASONS.find(({ value }) => value === call.values?.reason)?.value;
  if (!reason) throw new BotError('bad-option', 'Choose what is wrong with the description.');
  const known = await context.replies.get(call.target);
  const { row, state } = known;
  const { text, model } = await wordsOf(context, known);
  await context.store.reports.add({
    id: context.replies.newId(),
    replyId: row.id,
    platform: row.platform,
    channelId: row.channelId,
    reporterId: await context.settings.keptId(place.platform, person.id),
    authorId: row.authorId,
    reason,
    comment: cleanComment(call.values?.comment ?? ''),
    text,
    engine: state.engine,
    model,
    reportedAt: context.now(),
  });
  const thanks = 'Thank you: the report was stored for whoever runs the bot.';
  await call.responder.show({ isPrivate: true, blocks: [{ type: 'text', text: thanks }], actions: [] });
}

function cleanComment(comment: string): string {
  return oneLine(comment, MAX_COMMENT);
}

/** What the reply says: from memory, or from the channel's history; where neither has it, its hashes stand for it. */
async function wordsOf(
  { store }: Context,
  { row, state, shown }: KnownReply,
): Promise<{ text: string; model: string }> {
  if (shown) return { text: shown.map(({ text }) => text).join('\n\n'), model: shown[0]?.model ?? '' };
  const rows = await store.descriptions.byReply(row.id);
  const model = rows[0]?.model ?? '';
  const texts = rows.flatMap(({ text }) => (text === null ? [] : [text]));
  if (texts.length > 0) return { text: texts.join('\n\n'), model };
  const hashes = state.kind === 'description' ? state.textHashes : [hashText('')];
  return { text: `(not kept; SHA-256: ${hashes.join(', ')})`, model };
}
