import { INTENT } from './gateway-payloads.ts';
import type { GatewaySession } from './gateway-session.ts';
import type { MessageStore } from './message-store.ts';
import { type Json, renderChannel, renderGuild, renderMember, renderUser } from './render.ts';
import type { GuildState, World } from './world.ts';

/** The data of READY; its guilds come one by one after it. */
export function renderReady(
  session: GatewaySession,
  guilds: readonly GuildState[],
  world: World,
  resumeUrl: string,
): Json {
  return {
    v: 10,
    user: { ...renderUser(world.bot), verified: true, email: null, mfa_enabled: true },
    guilds: guilds.map(guild => ({ id: guild.id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: resumeUrl,
    shard: session.shard,
    application: { id: world.applicationId, flags: 0 },
    private_channels: [],
    relationships: [],
    user_settings: {},
    geo_ordered_rtc_regions: [],
    _trace: [],
  };
}

/** The data of GUILD_CREATE: without the intent for members, the bot is the only one that is listed. */
export function renderGuildCreate(
  guild: GuildState,
  session: GatewaySession,
  world: World,
  messages: MessageStore,
): Json {
  const seesMembers = (session.intents & INTENT.guildMembers) !== 0;
  const members = [...guild.members.values()].filter(({ user }) => seesMembers || user.id === world.bot.id);
  return {
    ...renderGuild(guild, world),
    joined_at: new Date(guild.createdAt).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: members.map(member => renderMember(guild, member)),
    channels: guild.channels.map(channel => renderChannel(channel, world, messages.lastId(channel.id))),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
