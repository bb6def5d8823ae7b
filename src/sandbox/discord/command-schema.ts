import { z } from 'zod';
import { refuse, snowflake, text } from './form-types.ts';

/** Types of options (Discord's documentation, "Application Command Option Type"). */
export const OPTION = {
  subCommand: 1,
  subCommandGroup: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

export const COMMAND = { chatInput: 1, user: 2, message: 3 } as const;

const CHAT_INPUT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_COMMAND_TEXT = 8000;

const localizations = z.record(z.string(), z.string()).nullish();
const names = { name: text(1, 32), name_localizations: localizations };
const descriptions = { description: text(1, 100), description_localizations: localizations };

const choice = z.strictObject({
  name: text(1, 100),
  name_localizations: localizations,
  value: z.union([text(1, 100), z.number()]),
});

const leafOption = z
  .strictObject({
    type: z.int().min(OPTION.string).max(OPTION.attachment),
    ...names,
    ...descriptions,
    required: z.boolean().nullish(),
    choices: z.array(choice).max(25).nullish(),
    channel_types: z.array(z.int()).nullish(),
    min_value: z.number().nullish(),
    max_value: z.number().nullish(),
    min_length: z.int().min(0).max(6000).nullish(),
    max_length: z.int().min(1).max(6000).nullish(),
    autocomplete: z.boolean().nullish(),
  })
  .superRefine((option, context) => {
    if (option.autocomplete && option.choices?.length) {
      refuse(
        context,
        'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES_EXCLUSIVE',
        'Autocomplete cannot be used with choices',
        ['autocomplete'],
      );
    }
    const canComplete = [OPTION.string, OPTION.integer, OPTION.number].includes(option.type as 3);
    if (!canComplete && (option.autocomplete || option.choices?.length)) {
      refuse(context, 'BASE_TYPE_INVALID', 'An option of this type has no choices', ['type']);
    }
    checkNames(
      option.choices ?? [],
      ['choices'],
      'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS',
      context,
    );
  });

const subCommand = z
  .strictObject({
    type: z.literal(OPTION.subCommand),
    ...names,
    ...descriptions,
    options: z.array(leafOption).max(25).nullish(),
  })
  .superRefine((value, context) => checkOptions(value.options ?? [], context));

const subCommandGroup = z.strictObject({
  type: z.literal(OPTION.subCommandGroup),
  ...names,
  ...descriptions,
  options: z.array(subCommand).max(25).nullish(),
});

const anyOption = z.union([subCommand, subCommandGroup, leafOption]);

/** An application command, as it is registered. */
export const commandBody = z
  .strictObject({
    id: snowflake.nullish(),
    type: z.int().min(1).max(3).nullish(),
    ...names,
    description: text(0, 100).nullish(),
    description_localizations: localizations,
    options: z.array(anyOption).max(25).nullish(),
    default_member_permissions: z.union([z.string().regex(/^\d+$/), z.int().min(0)]).nullish(),
    dm_permission: z.boolean().nullish(),
    nsfw: z.boolean().nullish(),
    contexts: z.array(z.int().min(0).max(2)).min(1).nullish(),
    integration_types: z.array(z.int().min(0).max(1)).min(1).nullish(),
  })
  .superRefine((command, context) => {
    const isChatInput = (command.type ?? COMMAND.chatInput) === COMMAND.chatInput;
    if (isChatInput) {
      checkChatInputName(command.name, ['name'], context);
      if (!command.description)
        refuse(context, 'BASE_TYPE_REQUIRED', 'This field is required', ['description']);
    } else {
      if (command.description) {
        refuse(
          context,
          'APPLICATION_COMMAND_INVALID_DESCRIPTION',
          'Context menu commands cannot have description',
          ['description'],
        );
      }
      if (command.options?.length) {
        refuse(context, 'APPLICATION_COMMAND_INVALID_OPTIONS', 'Context menu commands cannot have options', [
          'options',
        ]);
      }
    }
    checkOptions(command.options ?? [], context);
    if (commandText(command) > MAX_COMMAND_TEXT) {
      refuse(context, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MAX_COMMAND_TEXT})`);
    }
  });

export const commandPatch = z.strictObject(commandBody.shape).partial();
export type CommandBody = z.infer<typeof commandBody>;
type CommandOption = z.infer<typeof anyOption>;
export type LeafOption = z.infer<typeof leafOption>;

/** The choices that a bot offers for an option while it is typed. */
export const autocompleteData = z.strictObject({ choices: z.array(choice).max(25) });

type Context = Parameters<typeof refuse>[0];

function checkChatInputName(name: string, path: (string | number)[], context: Context): void {
  if (!CHAT_INPUT_NAME.test(name) || name !== name.toLowerCase()) {
    refuse(context, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid', path);
  }
}

function checkOptions(options: readonly CommandOption[], context: Context): void {
  options.forEach((option, index) => {
    checkChatInputName(option.name, ['options', index, 'name'], context);
    const isRequired = 'required' in option && option.required === true;
    const followsOptional = options
      .slice(0, index)
      .some(before => !('required' in before && before.required));
    if (isRequired && followsOptional) {
      refuse(
        context,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
        ['options', index],
      );
    }
  });
  checkNames(options, ['options'], 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', context);
}

function checkNames(
  named: readonly { name: string }[],
  path: string[],
  code: string,
  context: Context,
): void {
  named.forEach(({ name }, index) => {
    if (named.findIndex(other => other.name === name) !== index) {
      refuse(context, code, 'This name is already used', [...path, index, 'name']);
    }
  });
}

/** The characters of names, descriptions and values that count towards a command's size. */
function commandText(command: {
  name: string;
  description?: string | null;
  options?: readonly CommandOption[] | null;
}): number {
  const own = command.name.length + (command.description ?? '').length;
  return (command.options ?? []).reduce((sum, option) => {
    const choices = 'choices' in option ? (option.choices ?? []) : [];
    const values = choices.reduce((all, each) => all + each.name.length + String(each.value).length, 0);
    const inner =
      'options' in option
        ? { ...option, options: option.options ?? null }
        : { name: option.name, description: option.description };
    return sum + values + commandText(inner);
  }, own);
}
