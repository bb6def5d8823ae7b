import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Person, Place } from '../commands/bot-port.ts';
import type { Logger } from '../commands/logger.ts';
import type { Patience, SlackApi } from './slack-api.ts';
import { slackCode } from './slack-error.ts';

/** Rights may change; topics ask bots to stay away, so those are looked at again sooner. */
const PERSON_TTL_MS = 300_000;
const CHANNEL_TTL_MS = 60_000;
const STRANGE_TTL_MS = 2000;
const MOST_PEOPLE = 5000;
const MOST_CHANNELS = 2000;

const userAnswer = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    is_bot: z.boolean().optional(),
    is_admin: z.boolean().optional(),
    is_owner: z.boolean().optional(),
    is_primary_owner: z.boolean().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
  }),
});

const text = z.object({ value: z.string().optional() }).optional();
const channelAnswer = z.object({
  channel: z.object({
    id: z.string(),
    name: z.string().optional(),
    creator: z.string().optional(),
    is_im: z.boolean().optional(),
    is_member: z.boolean().optional(),
    topic: text,
    purpose: text,
  }),
});

type User = z.infer<typeof userAnswer>['user'];
/** Null: a conversation that the bot cannot see. */
type Channel = z.infer<typeof channelAnswer>['channel'] | null;

/** People and channels, as Slack knows them. */
export interface Directory {
  /** With the rights at that channel, where one is given. Nobody whom Slack does not tell about has any. */
  person(userId: string, channelId: string | null): Promise<Person>;
  /**
   * @param hint the channel's name, where the event told it
   * @param patience with Slack, where it does not answer
   */
  place(channelId: string, hint?: string, patience?: Patience): Promise<Place>;
  /** The names of those who are known or can be looked up. */
  names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface DirectoryOptions {
  readonly api: SlackApi;
  readonly teamId: string;
  readonly log: Logger;
}

export function createDirectory({ api, teamId, log }: DirectoryOptions): Directory {
  const users = new LRUCache<string, User>({
    max: MOST_PEOPLE,
    ttl: PERSON_TTL_MS,
    fetchMethod: async id => (await api.call('users.info', { user: id }, userAnswer)).user,
  });
  const channels = new LRUCache<string, { channel: Channel }, Patience>({
    max: MOST_CHANNELS,
    ttl: CHANNEL_TTL_MS,
    fetchMethod: async (id, _, { options, context }) => {
      const found = await channelOf(id, context);
      // Whoever was told to invite the bot does so now, and tries again.
      if (found.channel?.is_member !== true && !found.channel?.is_im) options.ttl = STRANGE_TTL_MS;
      return found;
    },
  });

  async function channelOf(id: string, patience: Patience): Promise<{ channel: Channel }> {
    try {
      return await api.call('conversations.info', { channel: id }, channelAnswer, patience);
    } catch (error) {
      if (slackCode(error) === 'channel_not_found') return { channel: null };
      throw error;
    }
  }

  /** Whoever asks at the same time shares one look-up: where another's gave up early, who has more patience asks again. */
  async function lookUp(id: string, patience: Patience) {
    try {
      return await channels.fetch(id, { context: patience });
    } catch (error) {
      if (patience !== 'long') throw error;
      return await channels.fetch(id, { context: patience });
    }
  }

  /** Undefined where Slack does not tell: then there is no right, and what is to be done goes on. */
  async function userOf(id: string): Promise<User | undefined> {
    return await users.fetch(id).catch(error => {
      log.warn({ userId: id, slackCode: slackCode(error) ?? undefined }, 'a person could not be looked up');
      return undefined;
    });
  }

  return {
    async person(userId, channelId) {
      const [user, found] = await Promise.all([
        userOf(userId),
        channelId === null
          ? undefined
          : channels.fetch(channelId, { context: 'short' }).catch(() => undefined),
      ]);
      const isAdmin = Boolean(user?.is_admin || user?.is_owner || user?.is_primary_owner);
      const channel = found?.channel;
      return {
        id: userId,
        name: user ? nameOf(user) : userId,
        isBot: user?.is_bot ?? false,
        mayManageChannel:
          isAdmin || channel?.is_im === true || (user !== undefined && channel?.creator === userId),
        mayModerate: isAdmin,
        mayManageServer: isAdmin,
      };
    },
    async place(channelId, hint = '', patience = 'short') {
      const { channel } = (await lookUp(channelId, patience)) ?? { channel: null };
      const isDirect = channel?.is_im ?? hint === 'directmessage';
      return {
        platform: 'slack',
        serverId: isDirect ? null : teamId,
        channelId,
        channelName: channel?.name ?? hint,
        topic: [channel?.topic?.value, channel?.purpose?.value].filter(Boolean).join('\n'),
        isDirect,
        // The bot is always in its own direct messages; Slack does not say so.
        isMember: channel?.is_im === true || channel?.is_member === true,
      };
    },
    async names(userIds) {
      const found = await Promise.all(
        userIds.map(async id => {
          const user = await userOf(id);
          return user ? ([id, nameOf(user)] as const) : null;
        }),
      );
      return new Map(found.filter(pair => pair !== null));
    },
  };
}

function nameOf({ id, name, real_name, profile }: User): string {
  return profile?.display_name || real_name || name || id;
}
