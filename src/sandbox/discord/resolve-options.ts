import type { PretendFile } from '../pretend-platform.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { CommandLeaf, RegisteredCommand } from './command-registry.ts';
import { type LeafOption, OPTION } from './command-schema.ts';
import type { StoredAttachment } from './message-store.ts';
import { type Json, renderMember, renderUser } from './render.ts';
import type { ChannelState, World } from './world.ts';

export interface OptionInput {
  readonly world: World;
  readonly channel: ChannelState;
  readonly command: RegisteredCommand;
  readonly leaf: CommandLeaf;
  readonly options: Readonly<Record<string, string>>;
  readonly files: readonly PretendFile[];
  readonly host: (file: PretendFile) => StoredAttachment;
  readonly renderAttachment: (attachment: StoredAttachment) => Json;
}

/**
 * The `data` of a chat input command: typed texts become values of the options' types, as Discord's client would send.
 *
 * @throws SandboxError for what the client would not let through
 */
export function resolveCommandData(input: OptionInput): Json {
  const { command, leaf, options } = input;
  const unknown = Object.keys(options).find(name => !leaf.options.some(option => option.name === name));
  if (unknown !== undefined) {
    throw new SandboxError('unknown', `/${leaf.path.join(' ')} has no option "${unknown}".`);
  }
  const files = [...input.files];
  const resolved: Record<string, Record<string, Json>> = {};
  const values = leaf.options.flatMap((option): Json[] => {
    const value =
      option.type === OPTION.attachment
        ? resolveFile(input, files.shift(), resolved)
        : resolveText(input, option, options[option.name], resolved);
    if (value === null && option.required === true) {
      throw new SandboxError('bad-value', `/${leaf.path.join(' ')} needs the option "${option.name}".`);
    }
    return value === null ? [] : [{ name: option.name, type: option.type, value }];
  });
  if (files.length > 0) {
    throw new SandboxError('bad-value', `/${leaf.path.join(' ')} takes fewer files.`);
  }
  return {
    id: command.id,
    name: command.body.name,
    type: 1,
    ...(command.guildId === null ? {} : { guild_id: command.guildId }),
    ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
    options: nestOptions(leaf, values),
  };
}

/** Puts values under their sub-command and group. */
export function nestOptions({ path }: CommandLeaf, values: readonly Json[]): readonly Json[] {
  const [, ...subs] = path;
  return subs.reduceRight<readonly Json[]>((options, name, index) => {
    const isLast = index === subs.length - 1;
    return [{ name, type: isLast ? OPTION.subCommand : OPTION.subCommandGroup, options }];
  }, values);
}

function resolveFile(
  { host, renderAttachment }: OptionInput,
  file: PretendFile | undefined,
  resolved: Record<string, Record<string, Json>>,
): string | null {
  if (file === undefined) return null;
  const attachment = host(file);
  resolved.attachments = { ...resolved.attachments, [attachment.id]: renderAttachment(attachment) };
  return attachment.id;
}

function resolveText(
  { world, channel }: OptionInput,
  option: LeafOption,
  typed: string | undefined,
  resolved: Record<string, Record<string, Json>>,
): string | number | boolean | null {
  if (typed === undefined || typed === '') return null;
  const refuse = (what: string) =>
    new SandboxError('bad-value', `The option "${option.name}" takes ${what}, not "${typed}".`);
  switch (option.type) {
    case OPTION.boolean: {
      if (!/^(true|false)$/i.test(typed)) throw refuse('true or false');
      return typed.toLowerCase() === 'true';
    }
    case OPTION.integer:
    case OPTION.number: {
      const value = Number(typed);
      const isNumber = option.type === OPTION.integer ? Number.isInteger(value) : Number.isFinite(value);
      if (!isNumber) throw refuse('a number');
      if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity)) {
        throw refuse(`a number from ${option.min_value ?? '−∞'} to ${option.max_value ?? '∞'}`);
      }
      return value;
    }
    case OPTION.user:
    case OPTION.mentionable: {
      const wanted = typed.replace(/^<?@!?/, '').replace(/>$/, '');
      const user =
        world.findUser(wanted) ??
        [...world.people, world.bot].find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
      if (user === undefined) throw refuse('a person');
      resolved.users = { ...resolved.users, [user.id]: renderUser(user) };
      const guild = world.findGuild(channel.guildId);
      const member = guild?.members.get(user.id);
      if (guild !== undefined && member !== undefined) {
        const permissions = String(world.permissionsIn(channel, user));
        resolved.members = {
          ...resolved.members,
          [user.id]: { ...renderMember(guild, member, true), permissions },
        };
      }
      return user.id;
    }
    case OPTION.string: {
      const choice = option.choices?.find(({ name, value }) => name === typed || value === typed);
      if (option.choices?.length && choice === undefined) {
        throw refuse(`one of ${option.choices.map(({ value }) => value).join(', ')}`);
      }
      const length = [...typed].length;
      if (length < (option.min_length ?? 0) || length > (option.max_length ?? 6000)) {
        throw refuse(`${option.min_length ?? 0} to ${option.max_length ?? 6000} characters`);
      }
      return choice?.value ?? typed;
    }
    default:
      throw new SandboxError('bad-value', `Options of the type ${option.type} cannot be typed here.`);
  }
}
