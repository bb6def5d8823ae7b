import { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import { validateWith } from '../blocks/validate-blocks.ts';

/*
 * Arguments of Web API methods. They come as a form, where everything is text and objects are JSON, or as JSON, where
 * they have their types.
 */

export const text = z.coerce.string();
export const flag = z.preprocess(
  value => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
  z.boolean(),
);
export const wholeNumber = z.preprocess(
  value => (typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value),
  z.int(),
);
export const json = z.preprocess((value, context) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be valid json' });
    return z.NEVER;
  }
}, z.unknown());

export const channelId = z.string().regex(/^[CGDU][A-Z0-9]{2,}$/);
export const ts = z.string().regex(/^\d{10}\.\d{6}$/);

export const page = {
  cursor: text.optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(1000)).optional(),
};

/** @throws SlackApiError `invalid_arguments` saying which; unknown ones too, which Slack itself lets pass */
export function readArguments<T>(schema: z.ZodType<T>, given: Readonly<Record<string, unknown>>): T {
  // Every method takes `team_id`, which Bolt's client sends with all of them.
  const { token: _token, team_id: _teamId, ...rest } = given;
  return validateWith(schema, rest, '', 'invalid_arguments');
}

/** One page of a list, with the cursor of the next. */
export function paginate<T>(
  all: readonly T[],
  { cursor, limit = 100 }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): { items: T[]; nextCursor: string } {
  const from = cursor === undefined || cursor === '' ? 0 : readCursor(cursor);
  const next = from + limit;
  return {
    items: all.slice(from, next),
    nextCursor: next < all.length ? Buffer.from(`next:${next}`).toString('base64') : '',
  };
}

function readCursor(cursor: string): number {
  const match = /^next:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64').toString());
  if (match === null) throw new SlackApiError('invalid_cursor');
  return Number(match[1]);
}
