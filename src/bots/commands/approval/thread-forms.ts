import { formatVersion } from '../../../launch/approval/thread-version.ts';
import type { ThreadRow } from '../../../store/launch-store.ts';
import type { Platform } from '../bot-port.ts';
import type { Form } from '../reply.ts';

/** What a field takes: https://discord.com/developers/docs/components/reference#text-input and Slack's plain_text_input. */
const FIELD_CHARS: Readonly<Record<Platform, number>> = { discord: 4000, slack: 3000 };
const MOST_FIELDS = 5;
/** What is left free of each field, to write in. */
const ROOM_SHARE = 0.25;
const BETWEEN = '\n---\n';
export const MAX_REASON = 500;

/** The thread's parts to be edited. Null where a form cannot hold them. */
export function editForm(row: ThreadRow, platform: Platform): Form | null {
  const maxChars = FIELD_CHARS[platform];
  const filled = maxChars * (1 - ROOM_SHARE);
  const fields: { value: string; first: number; last: number }[] = [];
  for (const [index, { text }] of row.content.parts.entries()) {
    const field = fields.at(-1);
    if (field && field.value.length + BETWEEN.length + text.length <= filled) {
      field.value += `${BETWEEN}${text}`;
      field.last = index + 1;
    } else fields.push({ value: text, first: index + 1, last: index + 1 });
  }
  if (fields.length > MOST_FIELDS || fields.some(({ value }) => value.length > maxChars)) return null;
  return {
    title: 'Edit the thread',
    action: 'edit-thread',
    target: formatVersion(row),
    submitLabel: 'Save as new draft',
    fields: fields.map(({ value, first, last }, at) => ({
      name: `parts-${at + 1}`,
      kind: 'text',
      label: first === last ? `Part ${first}` : `Parts ${first} to ${last}`,
      hint: 'A line with --- begins another part. Pictures stay at their places.',
      value,
      maxChars,
      isLong: true,
      // An emptied field is a part less.
      isRequired: false,
    })),
  };
}

/** The edited text, from the fields in their order. */
export function editedText(values: Readonly<Record<string, string>>): string {
  return Array.from({ length: MOST_FIELDS }, (_, at) => values[`parts-${at + 1}`] ?? '')
    .map(value => value.replace(/\r\n?/g, '\n').trim())
    .filter(value => value !== '')
    .join(BETWEEN);
}

export function rejectForm(row: ThreadRow): Form {
  return {
    title: 'Reject the thread',
    action: 'reject-thread',
    target: formatVersion(row),
    submitLabel: 'Reject',
    fields: [
      {
        name: 'reason',
        kind: 'text',
        label: 'Why?',
        hint: 'Everybody in these channels reads it. A rejected thread is never posted.',
        isRequired: true,
        isLong: true,
        maxChars: MAX_REASON,
      },
    ],
  };
}
