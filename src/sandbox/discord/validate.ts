import type { z } from 'zod';
import { type FormFault, RestError } from './rest-error.ts';

/**
 * Parses a request's body.
 *
 * @throws RestError `invalidForm` with every fault in its place, as Discord nests them
 */
export function validate<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new RestError(
    'invalidForm',
    parsed.error.issues.flatMap(issue => toFaults(issue, [])),
  );
}

type Issue = z.core.$ZodIssue;
type Path = FormFault['path'];

function toFaults(issue: Issue, under: Path): FormFault[] {
  const path = [...under, ...issue.path.map(key => (typeof key === 'symbol' ? String(key) : key))];
  const fault = (code: string, message: string): FormFault[] => [{ path, code, message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      // Discord ignores many unknown fields. Here they are faults, so that a field that does nothing is found.
      return issue.keys.map(key => ({
        path: [...path, key],
        code: 'UNKNOWN_FIELD',
        message: 'This field is not known here.',
      }));
    case 'invalid_type':
      return issue.input === undefined
        ? fault('BASE_TYPE_REQUIRED', 'This field is required')
        : fault('BASE_TYPE_BAD_TYPE', `Must be of the type ${issue.expected}.`);
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? fault('NUMBER_TYPE_MAX', `Value must be less than or equal to ${issue.maximum}.`)
        : fault('BASE_TYPE_MAX_LENGTH', `Must be ${issue.maximum} or fewer in length.`);
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? fault('NUMBER_TYPE_MIN', `Value must be greater than or equal to ${issue.minimum}.`)
        : fault('BASE_TYPE_MIN_LENGTH', `Must be ${issue.minimum} or more in length.`);
    case 'invalid_value':
      return fault('BASE_TYPE_CHOICES', `Value must be one of {${issue.values.map(String).join(', ')}}.`);
    case 'invalid_format':
      return issue.format === 'url'
        ? fault('URL_TYPE_INVALID_URL', 'Not a well formed URL.')
        : fault('STRING_TYPE_REGEX', 'String value did not match validation regex.');
    case 'invalid_union': {
      // The faults of the one member that the value's own discriminator chose, or the least faulty one.
      const branches = issue.errors.map(issues => issues.flatMap(inner => toFaults(inner, path)));
      const [closest] = branches.toSorted((a, b) => a.length - b.length);
      return (
        closest ?? fault('UNION_TYPE_CHOICES', 'Value of the field "type" is not one of those known here.')
      );
    }
    case 'custom':
      return fault(
        typeof issue.params?.code === 'string' ? issue.params.code : 'BASE_TYPE_INVALID',
        issue.message,
      );
    default:
      return fault('BASE_TYPE_INVALID', issue.message);
  }
}
