import { Client, GatewayIntentBits, Options, Partials } from 'discord.js';
import type { DiscordConfig } from '../../config/config.ts';

/** Of one request; discord.js repeats it once after a time-out or a 5xx, and `Deliver` the rest. */
const REQUEST_MS = 10_000;
/** A rate limit that lasts longer is an error: the person is told instead of kept waiting. */
const MAX_RATE_LIMIT_MS = 60_000;

/**
 * discord.js' client, as this bot needs it: no intent but for what it answers, small caches, mentions off.
 *
 * Sharding within the process: the number of shards is what `GET /gateway/bot` recommends, from the same base URL. (The
 * lookup that is hard-coded to discord.com is that of `ShardingManager`, which starts a process a shard.)
 */
export function createClient({ baseUrl, hasMessageContent }: DiscordConfig): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(hasMessageContent ? [GatewayIntentBits.MessageContent] : []),
    ],
    // The gateway tells of a direct message without its channel, and of deletions of messages that are not cached.
    partials: [Partials.Channel, Partials.Message],
    shards: 'auto',
    allowedMentions: { parse: [], repliedUser: false },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 20,
      UserManager: 2000,
      GuildMemberManager: { maxSize: 200, keepOverLimit: member => member.id === member.client.user.id },
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildScheduledEventManager: 0,
      StageInstanceManager: 0,
      AutoModerationRuleManager: 0,
      ThreadMemberManager: 0,
    }),
    rest: {
      version: '10',
      timeout: REQUEST_MS,
      retries: 1,
      rejectOnRateLimit: ({ retryAfter }) => retryAfter > MAX_RATE_LIMIT_MS,
      ...(baseUrl !== null && { api: `${baseUrl}/api`, cdn: baseUrl, mediaProxy: baseUrl }),
    },
  });
}
