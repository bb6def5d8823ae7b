import type { PretendCommand } from '../pretend-platform.ts';
import { COMMAND, type CommandBody, commandBody, type LeafOption, OPTION } from './command-schema.ts';
import type { Json } from './render.ts';
import { withoutNulls } from './render-message.ts';
import { formError, RestError } from './rest-error.ts';
import type { SnowflakeMaker } from './snowflake.ts';
import { validate } from './validate.ts';

export interface RegisteredCommand {
  readonly id: string;
  readonly version: string;
  /** Null: global. */
  readonly guildId: string | null;
  readonly body: CommandBody;
}

const MAX_OF_TYPE: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };

/** The application's commands, global and of guilds. */
export class CommandRegistry {
  readonly #ids: SnowflakeMaker;
  readonly #applicationId: string;
  #commands: RegisteredCommand[] = [];

  constructor(ids: SnowflakeMaker, applicationId: string) {
    this.#ids = ids;
    this.#applicationId = applicationId;
  }

  list(guildId: string | null): readonly RegisteredCommand[] {
    return this.#commands.filter(command => command.guildId === guildId);
  }

  /** The commands that can be used in a guild (or direct message): its own come before global ones of the same name. */
  usableIn(guildId: string | null): readonly RegisteredCommand[] {
    const own = guildId === null ? [] : this.list(guildId);
    const isOverridden = (command: RegisteredCommand) =>
      own.some(other => other.body.name === command.body.name && typeOf(other) === typeOf(command));
    return [...own, ...this.list(null).filter(command => !isOverridden(command))];
  }

  /** @throws RestError */
  get(guildId: string | null, id: string): RegisteredCommand {
    const command = this.list(guildId).find(each => each.id === id);
    if (command === undefined) throw new RestError('unknownCommand');
    return command;
  }

  /** Puts the commands in the place of all that were there. */
  replaceAll(guildId: string | null, bodies: readonly CommandBody[]): readonly RegisteredCommand[] {
    const before = this.list(guildId);
    const made = bodies.map(body => this.#make(guildId, body, before));
    made.forEach((command, index) => {
      if (made.findIndex(other => isSame(other, command.body)) !== index) {
        throw formError(
          [index],
          'APPLICATION_COMMANDS_DUPLICATE_NAME',
          'Application command names must be unique',
        );
      }
    });
    this.#requireFewEnough(made);
    this.#commands = [...this.#commands.filter(command => command.guildId !== guildId), ...made];
    return made;
  }

  /** Adds a command, or puts it in the place of the one with the same name and type. */
  upsert(guildId: string | null, body: CommandBody): { command: RegisteredCommand; isNew: boolean } {
    const before = this.list(guildId);
    const command = this.#make(guildId, body, before);
    const others = before.filter(each => each.id !== command.id);
    this.#requireFewEnough([...others, command]);
    this.#commands = [...this.#commands.filter(each => each.id !== command.id), command];
    return { command, isNew: others.length === before.length };
  }

  /** @throws RestError */
  patch(guildId: string | null, id: string, changes: Partial<CommandBody>): RegisteredCommand {
    const before = this.get(guildId, id);
    const body = validate(commandBody, { ...before.body, ...changes });
    const command = { ...before, body, version: this.#ids.next() };
    this.#commands = this.#commands.map(each => (each.id === id ? command : each));
    return command;
  }

  /** @throws RestError */
  delete(guildId: string | null, id: string): void {
    this.get(guildId, id);
    this.#commands = this.#commands.filter(command => command.id !== id);
  }

  render(command: RegisteredCommand): Json {
    const { body } = command;
    const isGlobal = command.guildId === null;
    return {
      id: command.id,
      application_id: this.#applicationId,
      version: command.version,
      type: typeOf(command),
      name: body.name,
      name_localizations: body.name_localizations ?? null,
      description: body.description ?? '',
      description_localizations: body.description_localizations ?? null,
      default_member_permissions:
        body.default_member_permissions == null ? null : String(body.default_member_permissions),
      nsfw: body.nsfw ?? false,
      ...(isGlobal
        ? {
            dm_permission: body.dm_permission ?? true,
            contexts: body.contexts ?? null,
            integration_types: body.integration_types ?? [0],
          }
        : { guild_id: command.guildId }),
      ...(body.options?.length ? { options: body.options.map(renderOption) } : {}),
    };
  }

  #make(guildId: string | null, body: CommandBody, before: readonly RegisteredCommand[]): RegisteredCommand {
    const same = before.find(each => isSame(each, body));
    const isChanged = same === undefined || JSON.stringify(same.body) !== JSON.stringify(body);
    return {
      id: same?.id ?? this.#ids.next(),
      version: isChanged ? this.#ids.next() : same.version,
      guildId,
      body,
    };
  }

  #requireFewEnough(commands: readonly RegisteredCommand[]): void {
    for (const type of Object.values(COMMAND)) {
      if (commands.filter(command => typeOf(command) === type).length > MAX_OF_TYPE[type]!) {
        throw formError(
          [],
          'APPLICATION_COMMAND_TOO_MANY',
          `At most ${MAX_OF_TYPE[type]} commands of the type ${type}.`,
        );
      }
    }
  }
}

export function typeOf(command: RegisteredCommand): number {
  return command.body.type ?? COMMAND.chatInput;
}

function isSame(command: RegisteredCommand, body: CommandBody): boolean {
  return command.body.name === body.name && typeOf(command) === (body.type ?? COMMAND.chatInput);
}

function renderOption(option: object): Json {
  const given = withoutNulls(option as Json);
  const { options } = given;
  return Array.isArray(options)
    ? { ...given, options: options.map(each => renderOption(each as object)) }
    : given;
}

const KINDS: Readonly<Record<number, PretendCommand['options'][number]['kind']>> = {
  [OPTION.integer]: 'number',
  [OPTION.number]: 'number',
  [OPTION.boolean]: 'switch',
  [OPTION.user]: 'person',
  [OPTION.mentionable]: 'person',
  [OPTION.attachment]: 'file',
};

/** What can be typed: each sub-command on its own, as `command sub`. */
export function toPretendCommands(commands: readonly RegisteredCommand[]): PretendCommand[] {
  return commands
    .filter(command => typeOf(command) === COMMAND.chatInput)
    .flatMap(({ body }) =>
      findLeaves(body).map(({ path, description, options }) => ({
        name: path.join(' '),
        description,
        options: options.map(option => ({
          name: option.name,
          description: option.description,
          isRequired: option.required ?? false,
          kind: KINDS[option.type] ?? 'text',
          choices: (option.choices ?? []).map(choice => String(choice.value)),
          isCompleted: option.autocomplete ?? false,
        })),
      })),
    );
}

export interface CommandLeaf {
  /** The command's name and those of its sub-command group and sub-command. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly LeafOption[];
}

/** The commands that can be run: the command itself, or each of its sub-commands. */
export function findLeaves(body: CommandBody): CommandLeaf[] {
  const walk = (path: string[], description: string, options: readonly object[]): CommandLeaf[] => {
    const subs = (options as LeafOption[]).filter(option => option.type <= OPTION.subCommandGroup);
    if (subs.length === 0) return [{ path, description, options: options as LeafOption[] }];
    return subs.flatMap(sub => {
      const inner = 'options' in sub && Array.isArray(sub.options) ? (sub.options as object[]) : [];
      return walk([...path, sub.name], sub.description, inner);
    });
  };
  return walk([body.name], body.description ?? '', body.options ?? []);
}
