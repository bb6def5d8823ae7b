import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';
import { COMMAND_SPECS, DESCRIBE_SHORTCUT, type OptionSpec } from '../commands/command-specs.ts';
import { MAX_TEXT_OPTION } from './limits.ts';

/** In servers and with people who bring the bot along; in servers, its direct messages and those between people. */
const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
  // Open to all: the commands check who may what, so that a refusal can say why.
  default_member_permissions: null,
};

/** The application commands as Discord wants them, from the specs that both platforms share. */
export function commandPayloads(): RESTPutAPIApplicationCommandsJSONBody {
  return [
    ...COMMAND_SPECS.map(({ name, description, options }) => ({
      type: ApplicationCommandType.ChatInput as const,
      name,
      description,
      options: options.map(optionPayload),
      ...EVERYWHERE,
    })),
    { type: ApplicationCommandType.Message, name: DESCRIBE_SHORTCUT, ...EVERYWHERE },
  ];
}

function optionPayload(option: OptionSpec): APIApplicationCommandBasicOption {
  const { name, description } = option;
  switch (option.kind) {
    case 'image':
      return { type: ApplicationCommandOptionType.Attachment, name, description };
    case 'text':
      return {
        type: ApplicationCommandOptionType.String,
        name,
        description,
        required: option.isRequired ?? false,
        max_length: Math.min(option.maxChars, MAX_TEXT_OPTION),
      };
    case 'person':
      return { type: ApplicationCommandOptionType.User, name, description };
    case 'switch':
      return { type: ApplicationCommandOptionType.Boolean, name, description };
    case 'number':
      return {
        type: ApplicationCommandOptionType.Integer,
        name,
        description,
        min_value: option.min,
        max_value: option.max,
      };
    case 'choice':
      return {
        type: ApplicationCommandOptionType.String,
        name,
        description,
        choices: option.choices.map(choice => ({ name: choice, value: choice })),
      };
    case 'engine':
      return { type: ApplicationCommandOptionType.String, name, description, autocomplete: true };
  }
}
