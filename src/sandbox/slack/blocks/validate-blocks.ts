import type { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import { messageBlocks } from './blocks.ts';

export type BlockJson = Record<string, unknown>;

/** Slack refuses messages whose blocks hold more text than about this in all (`msg_blocks_too_long`). */
const MAX_TEXT_IN_BLOCKS = 13_200;

/**
 * Validates the blocks of a message.
 *
 * @throws SlackApiError `invalid_blocks` with a sentence for each fault, or `msg_blocks_too_long`
 */
export function validateMessageBlocks(value: unknown): BlockJson[] {
  const blocks = validateWith(messageBlocks, value, '/blocks', 'invalid_blocks') as BlockJson[];
  const duplicates = findDuplicates(blocks);
  if (duplicates.length > 0) throw SlackApiError.withMessages('invalid_blocks', duplicates);
  if (countText(blocks) > MAX_TEXT_IN_BLOCKS) throw new SlackApiError('msg_blocks_too_long');
  return blocks;
}

/**
 * @param pointer where the value lies in the request, as a JSON pointer
 * @throws SlackApiError with `code`
 */
export function validateWith<T>(schema: z.ZodType<T>, value: unknown, pointer: string, code: string): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw SlackApiError.withMessages(
    code,
    result.error.issues.slice(0, 20).map(issue => describeIssue(issue, pointer)),
  );
}

/** Ids that occur twice: Slack wants a block's unique in the message or view, an element's unique in its block. */
export function findDuplicates(blocks: readonly BlockJson[]): string[] {
  const faults = repeated(blocks.map(block => block.block_id)).map(
    id => `block_id already exists: ${id} [json-pointer:/blocks]`,
  );
  blocks.forEach((block, index) => {
    for (const id of repeated(elementsOf(block).map(element => element.action_id))) {
      faults.push(`action_id already exists: ${id} [json-pointer:/blocks/${index}]`);
    }
  });
  return faults;
}

function repeated(ids: readonly unknown[]): unknown[] {
  return ids.filter((id, index) => id !== undefined && ids.indexOf(id) !== index);
}

/** The elements of a block that a person acts on. */
export function elementsOf(block: BlockJson): BlockJson[] {
  const all = [block.accessory, block.element, ...(Array.isArray(block.elements) ? block.elements : [])];
  return all.filter((one): one is BlockJson => typeof one === 'object' && one !== null && 'type' in one);
}

/** Says it as Slack does: `must be less than 151 characters [json-pointer:/blocks/0/text/text]`. */
function describeIssue(issue: z.core.$ZodIssue, pointer: string): string {
  const at = `[json-pointer:${[pointer, ...issue.path.map(String)].join('/')}]`;
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters ${at}`
        : `no more than ${issue.maximum} items allowed ${at}`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must be more than ${Number(issue.minimum) - 1} characters ${at}`
        : `no fewer than ${issue.minimum} items allowed ${at}`;
    case 'unrecognized_keys':
      return `unknown field: ${issue.keys.join(', ')} ${at}`;
    case 'invalid_type':
      return issue.input === undefined
        ? `missing required field: ${String(issue.path.at(-1) ?? '')} ${at}`
        : `must be a valid ${issue.expected} ${at}`;
    case 'invalid_union':
      return `unsupported type ${at}`;
    default:
      return `${issue.message} ${at}`;
  }
}

function countText(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  return Object.entries(node).reduce(
    (sum, [key, value]) =>
      sum +
      (typeof value === 'string'
        ? key === 'text' || key === 'alt_text'
          ? value.length
          : 0
        : countText(value)),
    0,
  );
}
