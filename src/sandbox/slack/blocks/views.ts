import { z } from 'zod';
import { viewBlocks } from './blocks.ts';
import { plainText } from './objects.ts';

/* Views. Source: docs.slack.dev/reference/views */

const shared = {
  blocks: viewBlocks,
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    ...shared,
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  })
  .refine(view => view.submit !== undefined || view.blocks.every(block => block.type !== 'input'), {
    message: 'missing required field: submit (the view has input blocks)',
  });

export const modalView = modal;
export const homeView = z.strictObject({ type: z.literal('home'), ...shared });
