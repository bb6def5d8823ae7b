import { LRUCache } from 'lru-cache';
import { BotError } from '../commands/bot-error.ts';
import type { PlatformPort } from '../commands/bot-port.ts';
import type { Logger } from '../commands/logger.ts';
import type { Directory } from './directory.ts';
import type { Messages } from './post-messages.ts';
import { createEventResponder, WORKING } from './responders.ts';
import type { SlackApi } from './slack-api.ts';
import type { SlackFiles } from './slack-files.ts';
import { parseMessageId, readMessage } from './slack-messages.ts';

/** The most names that are looked up at a time: a leaderboard's. */
const MAX_NAMES = 25;
/** Mentions that are being answered. */
const MAX_MENTIONS = 2000;

export interface SlackPort extends PlatformPort {
  /** Someone mentioned the bot there, so that the answer begins with a sign of work, and they see what is private. */
  noteMention(channelId: string, messageId: string, userId: string): void;
}

export interface SlackPortOptions {
  readonly api: SlackApi;
  readonly messages: Messages;
  readonly directory: Directory;
  readonly files: SlackFiles;
  readonly log: Logger;
}

export function createSlackPort({ api, messages, directory, files, log }: SlackPortOptions): SlackPort {
  const mentions = new LRUCache<string, string>({ max: MAX_MENTIONS });

  return {
    platform: 'slack',
    whyNoWatch: null,
    async findImages(reference) {
      switch (reference.kind) {
        case 'url':
          return [files.imageAt(reference.url)];
        case 'file':
          return await files.find(reference.fileIds);
        case 'message': {
          const { channelId, messageId, imageIds } = reference;
          // A message's own list may lag behind; the files know their alt text. Most often all are there still: so both
          // are asked for at a time.
          const all = files.find(imageIds);
          all.catch(() => {});
          const message = await readMessage(api, channelId, parseMessageId(messageId));
          const left = new Set(message?.files?.map(({ id }) => id));
          const ids = imageIds.filter(id => left.has(id));
          if (ids.length > 0) return await (ids.length === imageIds.length ? all : files.find(ids));
          throw new BotError('image-gone', 'The message or its picture is no longer there: post it again.');
        }
        case 'once':
          throw new BotError('image-gone', 'The picture was not kept: run the command again.');
      }
    },
    respondIn(channelId, replyTo) {
      const target = replyTo === null ? null : parseMessageId(replyTo);
      const userId = mentions.get(`${channelId} ${replyTo}`) ?? null;
      return createEventResponder({
        messages,
        channelId,
        threadTs: target && (target.threadTs ?? target.ts),
        isMember: true,
        userId,
        responseUrl: null,
        sign: userId === null ? null : WORKING,
        log,
      });
    },
    deleteMessage: (channelId, messageId) => messages.delete(channelId, parseMessageId(messageId).ts),
    findNames: personIds => directory.names(personIds.slice(0, MAX_NAMES)),
    noteMention(channelId, messageId, userId) {
      mentions.set(`${channelId} ${messageId}`, userId);
    },
  };
}
