import { z } from 'zod';
import {
  actionId,
  anyText,
  boxOption,
  confirmation,
  httpUrl,
  menuOption,
  optionGroup,
  plainText,
  slackFile,
} from './objects.ts';

/* Block elements, with the limits of docs.slack.dev/reference/block-kit/block-elements. */

const focus = z.boolean().optional();
const dispatchConfig = z.strictObject({
  trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1),
});

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: actionId.optional(),
  url: httpUrl.optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirmation.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const menu = {
  action_id: actionId.optional(),
  placeholder: plainText(150).optional(),
  confirm: confirmation.optional(),
  focus_on_load: focus,
};

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...menu,
    options: z.array(menuOption).min(1).max(100).optional(),
    option_groups: z.array(optionGroup).min(1).max(100).optional(),
    initial_option: menuOption.optional(),
  })
  .refine(select => (select.options === undefined) !== (select.option_groups === undefined), {
    message: 'must have either options or option_groups',
  })
  .refine(select => isAmongOptions(select.initial_option, select.options), {
    message: 'initial_option must match exactly one of options',
  });

const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...menu,
  initial_user: z.string().optional(),
});

const channelsSelect = z.strictObject({
  type: z.enum(['channels_select', 'conversations_select']),
  ...menu,
  initial_channel: z.string().optional(),
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: actionId.optional(),
  options: z.array(menuOption).min(1).max(5),
  confirm: confirmation.optional(),
});

const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    action_id: actionId.optional(),
    options: z.array(boxOption).min(1).max(10),
    initial_option: boxOption.optional(),
    confirm: confirmation.optional(),
    focus_on_load: focus,
  })
  .refine(radio => isAmongOptions(radio.initial_option, radio.options), {
    message: 'initial_option must match exactly one of options',
  });

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    action_id: actionId.optional(),
    options: z.array(boxOption).min(1).max(10),
    initial_options: z.array(boxOption).min(1).optional(),
    confirm: confirmation.optional(),
    focus_on_load: focus,
  })
  .refine(boxes => (boxes.initial_options ?? []).every(one => isAmongOptions(one, boxes.options)), {
    message: 'initial_options must match options',
  });

const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: actionId.optional(),
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
    placeholder: plainText(150).optional(),
    dispatch_action_config: dispatchConfig.optional(),
    focus_on_load: focus,
  })
  .refine(input => (input.initial_value?.length ?? 0) <= (input.max_length ?? 3000), {
    message: 'initial_value must not be longer than max_length',
  });

const imageFields = {
  type: z.literal('image'),
  image_url: httpUrl.optional(),
  slack_file: slackFile.optional(),
  alt_text: z.string().min(1).max(2000),
};

/** Exactly one of `image_url` and `slack_file`. */
export function hasOneSource(image: { image_url?: unknown; slack_file?: unknown }): boolean {
  return (image.image_url === undefined) !== (image.slack_file === undefined);
}

export const ONE_SOURCE = { message: 'must have either image_url or slack_file' };

const imageElement = z.strictObject(imageFields).refine(hasOneSource, ONE_SOURCE);

export const imageBlockFields = { ...imageFields, title: plainText(2000).optional() };

export const sectionAccessory = z.discriminatedUnion('type', [
  button,
  staticSelect,
  usersSelect,
  channelsSelect,
  overflow,
  radioButtons,
  checkboxes,
  imageElement,
]);

export const actionElement = z.discriminatedUnion('type', [
  button,
  staticSelect,
  usersSelect,
  channelsSelect,
  overflow,
  radioButtons,
  checkboxes,
]);

export const inputElement = z.discriminatedUnion('type', [
  plainTextInput,
  staticSelect,
  usersSelect,
  channelsSelect,
  radioButtons,
  checkboxes,
]);

export const contextElement = z.discriminatedUnion('type', [imageElement, ...anyText(3000).options]);

function isAmongOptions(initial: unknown, options: readonly unknown[] | undefined): boolean {
  if (initial === undefined || options === undefined) return true;
  const wanted = JSON.stringify(initial);
  return options.some(option => JSON.stringify(option) === wanted);
}
