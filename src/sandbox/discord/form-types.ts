import { z } from 'zod';

/** Discord counts characters as Unicode code points, where JavaScript's `length` counts UTF-16 units. */
export function text(min: number, max: number) {
  return z.string().superRefine((value, context) => {
    const length = [...value].length;
    if (length > max) {
      refuse(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    } else if (length < min) {
      refuse(
        context,
        value === '' ? 'BASE_TYPE_REQUIRED' : 'BASE_TYPE_MIN_LENGTH',
        value === '' ? 'This field is required' : `Must be ${min} or more in length.`,
      );
    }
  });
}

export const snowflake = z.string().regex(/^(0|[1-9][0-9]*)$/);

/** Reports a fault under one of Discord's own codes, at a place inside the value that is being refined. */
export function refuse(
  context: {
    addIssue(issue: {
      code: 'custom';
      message: string;
      path?: (string | number)[];
      params: { code: string };
    }): void;
  },
  code: string,
  message: string,
  path?: (string | number)[],
): void {
  context.addIssue({ code: 'custom', message, params: { code }, ...(path === undefined ? {} : { path }) });
}
