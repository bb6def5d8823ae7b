import {
  type BaseInteraction,
  type Channel,
  type Client,
  InteractionContextType,
  type Message,
  PermissionFlagsBits,
  type PermissionsBitField,
  type User,
} from 'discord.js';
import type { Person, Place } from '../commands/bot-port.ts';

/** Where an interaction happens, as far as it is known without asking Discord. */
export function placeOfInteraction(interaction: BaseInteraction): Place {
  const { client, channel, channelId, guildId, context } = interaction;
  const isDirect = guildId === null;
  return {
    ...describeChannel(channel),
    serverId: guildId,
    channelId: channelId ?? '',
    isDirect,
    // In a server that the bot is not in, and between people, it can answer but not post.
    isMember: isDirect ? context === InteractionContextType.BotDM : client.guilds.cache.has(guildId),
  };
}

export function placeOfMessage(message: Message): Place {
  return {
    ...describeChannel(message.channel),
    serverId: message.guildId,
    channelId: message.channelId,
    isDirect: message.guildId === null,
    isMember: true,
  };
}

/**
 * Fetches a channel that the gateway has not told of (an old thread), or the parent whose topic counts, so that the place
 * is whole. Without an answer the place stays as it is.
 */
export async function fetchPlaceOf(interaction: BaseInteraction, place: Place): Promise<Place> {
  const { client, channel } = interaction;
  if (!place.isMember || place.isDirect || (channel && !lacksParent(channel))) return place;
  const id = channel && 'parentId' in channel ? channel.parentId : place.channelId;
  const fetched = id ? await client.channels.fetch(id).catch(() => null) : null;
  return { ...place, ...describeChannel(channel ?? fetched) };
}

function lacksParent(channel: Channel): boolean {
  return channel.isThread() && channel.parent === null;
}

function describeChannel(channel: Channel | null): Pick<Place, 'platform' | 'channelName' | 'topic'> {
  const name = channel && 'name' in channel ? channel.name : null;
  // A thread has no topic of its own: what its channel asks for holds in it.
  const holder = channel?.isThread() ? channel.parent : channel;
  const topic = holder && 'topic' in holder ? holder.topic : null;
  return { platform: 'discord', channelName: name ?? 'direct message', topic: topic ?? '' };
}

/** The person behind an interaction; Discord sends what they may do in that channel along. */
export function personOfInteraction(interaction: BaseInteraction, place: Place): Person {
  const { user, member, memberPermissions } = interaction;
  const nickname = member && ('displayName' in member ? member.displayName : member.nick);
  return { ...personOf(user, nickname), ...rightsFrom(memberPermissions, place) };
}

export function personOfMessage({ author, member, channel }: Message, place: Place): Person {
  const permissions = member && !channel.isDMBased() ? (channel.permissionsFor(member) ?? null) : null;
  return { ...personOf(author, member?.displayName), ...rightsFrom(permissions, place) };
}

/** Someone of whom only the name counts: the author of a message that others want described. */
export function personOf(user: User, nickname?: string | null): Person {
  return {
    id: user.id,
    name: nickname ?? user.displayName,
    isBot: user.bot,
    mayManageChannel: false,
    mayModerate: false,
    mayManageServer: false,
  };
}

type Rights = Pick<Person, 'mayManageChannel' | 'mayModerate' | 'mayManageServer'>;

/** Administrators have all: `has` sees to that. A direct message with the bot belongs to its person. */
function rightsFrom(permissions: Readonly<PermissionsBitField> | null, place: Place): Rights {
  const has = (flag: bigint) => permissions?.has(flag) ?? false;
  if (place.isDirect) {
    return { mayManageChannel: place.isMember, mayModerate: false, mayManageServer: false };
  }
  return {
    mayManageChannel: has(PermissionFlagsBits.ManageChannels),
    mayModerate: has(PermissionFlagsBits.ManageMessages),
    mayManageServer: has(PermissionFlagsBits.ManageGuild),
  };
}

/** Discord shows these names in its settings. */
const NAMES = {
  view: ['View Channel', PermissionFlagsBits.ViewChannel],
  send: ['Send Messages', PermissionFlagsBits.SendMessages],
  sendInThreads: ['Send Messages in Threads', PermissionFlagsBits.SendMessagesInThreads],
  history: ['Read Message History', PermissionFlagsBits.ReadMessageHistory],
  attach: ['Attach Files', PermissionFlagsBits.AttachFiles],
  embed: ['Embed Links', PermissionFlagsBits.EmbedLinks],
} as const;
export type Need = keyof typeof NAMES;

/** The names of the permissions that the bot lacks in a channel; none are needed in direct messages. */
export function lackedPermissions({ user }: Client, channel: Channel, needs: readonly Need[]): string[] {
  if (channel.isDMBased() || !user) return [];
  const permissions = channel.permissionsFor(user);
  // Not known: Discord's own answer will tell.
  if (!permissions) return [];
  return needs.filter(need => !permissions.has(NAMES[need][1])).map(need => NAMES[need][0]);
}
