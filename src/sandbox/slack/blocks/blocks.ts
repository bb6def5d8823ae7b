import { z } from 'zod';
import {
  actionElement,
  contextElement,
  hasOneSource,
  imageBlockFields,
  inputElement,
  ONE_SOURCE,
  sectionAccessory,
} from './elements.ts';
import { anyText, blockId, plainText } from './objects.ts';
import { richTextContainer } from './rich-text.ts';

/* Blocks, with the limits of docs.slack.dev/reference/block-kit/blocks. */

const id = { block_id: blockId.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...id,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: sectionAccessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(block => block.text !== undefined || block.fields !== undefined, {
    message: 'missing required field: text',
  });

const input = z.strictObject({
  type: z.literal('input'),
  ...id,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});

const everywhere = [
  section,
  z.strictObject({ type: z.literal('header'), ...id, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), ...id }),
  z.strictObject({ ...imageBlockFields, ...id }).refine(hasOneSource, ONE_SOURCE),
  z.strictObject({ type: z.literal('context'), ...id, elements: z.array(contextElement).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), ...id, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({ type: z.literal('rich_text'), ...id, elements: z.array(richTextContainer) }),
  input,
] as const;

/** Markdown blocks stand in messages only; 12,000 characters over all of them. */
const markdown = z.strictObject({
  type: z.literal('markdown'),
  ...id,
  text: z.string().min(1).max(12_000),
});

export const messageBlocks = z.array(z.discriminatedUnion('type', [...everywhere, markdown])).max(50);
export const viewBlocks = z.array(z.discriminatedUnion('type', everywhere)).max(100);
