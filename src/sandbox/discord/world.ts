import { SandboxError } from '../sandbox-error.ts';
import {
  effectivePermissions,
  type Overwrite,
  PERMISSIONS,
  type PermissionName,
  permissionBits,
} from './permissions.ts';
import type { SnowflakeMaker } from './snowflake.ts';

export interface WorldOptions {
  readonly guildName?: string;
  readonly botName?: string;
  readonly people?: readonly { readonly name: string; readonly role: Role }[];
  readonly channels?: readonly ChannelOptions[];
  /** What the bot's own role grants. */
  readonly botPermissions?: readonly PermissionName[];
  /** A second guild where the bot is not, so that only people who installed the app for themselves can call it there. */
  readonly guildWithoutBot?: { readonly name: string; readonly channels: readonly ChannelOptions[] };
}

export interface ChannelOptions {
  readonly name: string;
  readonly topic?: string;
  /** What an overwrite takes from the bot in this channel. */
  readonly denyBot?: readonly PermissionName[];
  /** What an overwrite takes from @everyone in this channel. */
  readonly denyEveryone?: readonly PermissionName[];
}

type Role = 'member' | 'moderator' | 'owner';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly isBot: boolean;
}

export interface PersonState extends User {
  readonly role: Role;
  readonly directChannel: ChannelState;
}

export interface RoleState {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
  readonly position: number;
  readonly isManaged: boolean;
}

export interface MemberState {
  readonly user: User;
  readonly roleIds: readonly string[];
}

export interface GuildState {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly createdAt: number;
  readonly roles: readonly RoleState[];
  readonly members: ReadonlyMap<string, MemberState>;
  readonly channels: readonly ChannelState[];
  readonly hasBot: boolean;
}

export interface ChannelState {
  readonly id: string;
  /** Null in a direct message. */
  readonly guildId: string | null;
  readonly name: string;
  readonly topic: string;
  readonly position: number;
  readonly overwrites: readonly Overwrite[];
  /** The person of a direct message; null in a guild. */
  readonly recipientId: string | null;
}

const DEFAULT_PEOPLE: NonNullable<WorldOptions['people']> = [
  { name: 'Ada', role: 'owner' },
  { name: 'Mo', role: 'moderator' },
  { name: 'Robin', role: 'member' },
  { name: 'Sam', role: 'member' },
];

const DEFAULT_CHANNELS: readonly ChannelOptions[] = [
  { name: 'general', topic: 'Talk about anything' },
  { name: 'photos', topic: 'Show what you saw' },
  { name: 'accessibility', topic: 'Alt text, captions and descriptions' },
  { name: 'no-robots', topic: 'People only, please #nobot' },
];

const DEFAULT_BOT_PERMISSIONS: readonly PermissionName[] = [
  'viewChannel',
  'sendMessages',
  'sendMessagesInThreads',
  'embedLinks',
  'attachFiles',
  'readMessageHistory',
  'useApplicationCommands',
];
const EVERYONE_PERMISSIONS: readonly PermissionName[] = [
  ...DEFAULT_BOT_PERMISSIONS,
  'addReactions',
  'useExternalEmojis',
  'useExternalApps',
];
const MODERATOR_PERMISSIONS: readonly PermissionName[] = [
  'kickMembers',
  'manageChannels',
  'manageMessages',
  'mentionEveryone',
];

/** The guilds, channels, roles and people of a pretend Discord, and what each may do where. */
export class World {
  readonly applicationId: string;
  readonly bot: User;
  readonly guilds: readonly GuildState[];
  readonly #people = new Map<string, PersonState>();
  readonly #channels = new Map<string, ChannelState>();

  constructor(options: WorldOptions, ids: SnowflakeMaker, now: number) {
    // The bot's user has the application's id, as for every application of today.
    this.applicationId = ids.next();
    this.bot = { id: this.applicationId, name: options.botName ?? 'Visual Narrator', isBot: true };
    for (const { name, role } of options.people ?? DEFAULT_PEOPLE) this.#addPerson(ids, name, role);
    const home = this.#makeGuild(ids, now, {
      name: options.guildName ?? 'Lighthouse',
      channels: options.channels ?? DEFAULT_CHANNELS,
      botPermissions: options.botPermissions ?? DEFAULT_BOT_PERMISSIONS,
    });
    const away =
      options.guildWithoutBot &&
      this.#makeGuild(ids, now, { ...options.guildWithoutBot, botPermissions: null });
    this.guilds = away === undefined ? [home] : [home, away];
  }

  get people(): readonly PersonState[] {
    return [...this.#people.values()];
  }

  get channels(): readonly ChannelState[] {
    return [...this.#channels.values()];
  }

  /** The guilds that the bot is a member of. */
  get botGuilds(): readonly GuildState[] {
    return this.guilds.filter(guild => guild.hasBot);
  }

  findPerson(id: string): PersonState | undefined {
    return this.#people.get(id);
  }

  findChannel(id: string): ChannelState | undefined {
    return this.#channels.get(id);
  }

  findGuild(id: string | null): GuildState | undefined {
    return this.guilds.find(guild => guild.id === id);
  }

  findUser(id: string): User | undefined {
    return id === this.bot.id ? this.bot : this.#people.get(id);
  }

  /** @throws SandboxError */
  person(id: string): PersonState {
    const person = this.#people.get(id);
    if (person === undefined) throw new SandboxError('unknown', `There is no person with the id ${id}.`);
    return person;
  }

  /**
   * A channel that the person sees.
   *
   * @throws SandboxError
   */
  channelOf(person: PersonState, channelId: string): ChannelState {
    const channel = this.#channels.get(channelId);
    if (channel === undefined || !this.canSee(person, channel)) {
      throw new SandboxError('unknown', `${person.name} sees no channel with the id ${channelId}.`);
    }
    return channel;
  }

  canSee(user: User, channel: ChannelState): boolean {
    return (this.permissionsIn(channel, user) & PERMISSIONS.viewChannel) !== 0n;
  }

  /** What a user may do in a channel: nothing for who is not in it. */
  permissionsIn(channel: ChannelState, user: User): bigint {
    const guild = this.findGuild(channel.guildId);
    if (guild === undefined) {
      const isIn = user.id === channel.recipientId || user.id === this.bot.id;
      return isIn ? permissionBits([...EVERYONE_PERMISSIONS, 'mentionEveryone']) : 0n;
    }
    const member = guild.members.get(user.id);
    if (member === undefined) return 0n;
    return effectivePermissions(
      { id: user.id, isOwner: user.id === guild.ownerId },
      rolesOf(guild, member),
      channel.overwrites,
    );
  }

  /** What the app may do where an interaction happens; where the bot is not, what @everyone may do with such apps. */
  appPermissionsIn(channel: ChannelState): bigint {
    const guild = this.findGuild(channel.guildId);
    if (guild === undefined || guild.hasBot) return this.permissionsIn(channel, this.bot);
    const everyone = guild.roles.filter(role => role.id === guild.id);
    return effectivePermissions({ id: this.bot.id, isOwner: false }, everyone, channel.overwrites);
  }

  #addPerson(ids: SnowflakeMaker, name: string, role: Role): void {
    const id = ids.next();
    const directChannel: ChannelState = {
      id: ids.next(),
      guildId: null,
      name: `@${this.bot.name}`,
      topic: '',
      position: 0,
      overwrites: [],
      recipientId: id,
    };
    this.#people.set(id, { id, name, isBot: false, role, directChannel });
    this.#channels.set(directChannel.id, directChannel);
  }

  #makeGuild(
    ids: SnowflakeMaker,
    now: number,
    options: {
      readonly name: string;
      readonly channels: readonly ChannelOptions[];
      /** Null: the bot is not there. */
      readonly botPermissions: readonly PermissionName[] | null;
    },
  ): GuildState {
    const id = ids.next();
    const role = (roleId: string, name: string, bits: readonly PermissionName[], position: number) => ({
      id: roleId,
      name,
      permissions: permissionBits(bits),
      position,
      isManaged: false,
    });
    const moderators = role(ids.next(), 'Moderator', MODERATOR_PERMISSIONS, 1);
    const roles: RoleState[] = [role(id, '@everyone', EVERYONE_PERMISSIONS, 0), moderators];
    const members = new Map<string, MemberState>();
    for (const person of this.#people.values()) {
      members.set(person.id, { user: person, roleIds: person.role === 'moderator' ? [moderators.id] : [] });
    }
    if (options.botPermissions !== null) {
      const botRole = { ...role(ids.next(), this.bot.name, options.botPermissions, 2), isManaged: true };
      roles.push(botRole);
      members.set(this.bot.id, { user: this.bot, roleIds: [botRole.id] });
    }
    const channels = options.channels.map((channel, position) => {
      const deny = (
        to: Pick<Overwrite, 'id' | 'type'>,
        names: readonly PermissionName[] = [],
      ): Overwrite[] => (names.length === 0 ? [] : [{ ...to, allow: 0n, deny: permissionBits(names) }]);
      const made: ChannelState = {
        id: ids.next(),
        guildId: id,
        name: channel.name,
        topic: channel.topic ?? '',
        position,
        overwrites: [
          ...deny({ id, type: 'role' }, channel.denyEveryone),
          ...deny({ id: this.bot.id, type: 'member' }, channel.denyBot),
        ],
        recipientId: null,
      };
      this.#channels.set(made.id, made);
      return made;
    });
    const owner = this.people.find(person => person.role === 'owner') ?? this.people[0];
    return {
      id,
      name: options.name,
      ownerId: owner?.id ?? ids.next(),
      createdAt: now,
      roles,
      members,
      channels,
      hasBot: options.botPermissions !== null,
    };
  }
}

/** A member's roles, @everyone first. */
function rolesOf(guild: GuildState, member: MemberState): RoleState[] {
  return guild.roles.filter(role => role.id === guild.id || member.roleIds.includes(role.id));
}
