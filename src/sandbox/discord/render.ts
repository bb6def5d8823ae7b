import type { ChannelState, GuildState, MemberState, RoleState, User, World } from './world.ts';

export type Json = Record<string, unknown>;

const CHANNEL_TEXT = 0;
const CHANNEL_DM = 1;

/** A user object. */
export function renderUser(user: User): Json {
  return {
    id: user.id,
    username: user.name.toLowerCase().replaceAll(/[^a-z0-9_.]+/g, '_'),
    global_name: user.isBot ? null : user.name,
    avatar: null,
    discriminator: user.isBot ? '0001' : '0',
    public_flags: 0,
    flags: 0,
    bot: user.isBot,
    system: false,
    banner: null,
    accent_color: null,
    avatar_decoration_data: null,
    collectibles: null,
    primary_guild: null,
  };
}

/** A guild member object; partial (without the user) where an event or message carries the user beside it. */
export function renderMember(guild: GuildState, member: MemberState, isPartial = false): Json {
  return {
    ...(isPartial ? {} : { user: renderUser(member.user) }),
    nick: null,
    avatar: null,
    banner: null,
    avatar_decoration_data: null,
    collectibles: null,
    communication_disabled_until: null,
    flags: 0,
    joined_at: new Date(guild.createdAt).toISOString(),
    pending: false,
    premium_since: null,
    roles: member.roleIds,
    mute: false,
    deaf: false,
  };
}

export function renderRole(role: RoleState, botId: string): Json {
  return {
    id: role.id,
    name: role.name,
    permissions: String(role.permissions),
    position: role.position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: role.isManaged,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
    ...(role.isManaged ? { tags: { bot_id: botId } } : {}),
  };
}

export function renderChannel(channel: ChannelState, world: World, lastMessageId: string | null): Json {
  if (channel.guildId === null) {
    const recipient = channel.recipientId === null ? undefined : world.findUser(channel.recipientId);
    return {
      id: channel.id,
      type: CHANNEL_DM,
      last_message_id: lastMessageId,
      flags: 0,
      recipients: recipient === undefined ? [] : [renderUser(recipient)],
    };
  }
  return {
    id: channel.id,
    type: CHANNEL_TEXT,
    guild_id: channel.guildId,
    name: channel.name,
    topic: channel.topic === '' ? null : channel.topic,
    position: channel.position,
    parent_id: null,
    last_message_id: lastMessageId,
    last_pin_timestamp: null,
    flags: 0,
    nsfw: false,
    rate_limit_per_user: 0,
    permission_overwrites: channel.overwrites.map(overwrite => ({
      id: overwrite.id,
      type: overwrite.type === 'role' ? 0 : 1,
      allow: String(overwrite.allow),
      deny: String(overwrite.deny),
    })),
  };
}

/** A guild object, as REST gives it. */
export function renderGuild(guild: GuildState, world: World): Json {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: guild.ownerId,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: guild.roles.map(role => renderRole(role, world.bot.id)),
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}
