import { type Client, GatewayDispatchEvents } from 'discord.js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

/** Interactions wait for an answer for three seconds: so many at a time is far beyond what is likely. */
const MAX_INTERACTIONS = 500;

const interactionCreate = z.object({
  id: z.string(),
  channel: z.object({ topic: z.string() }),
});

/**
 * The topics that come with interactions. discord.js drops the channel of an interaction in a server that the bot is not
 * in, but a topic there can ask bots to stay away too.
 *
 * @returns finds the topic of an interaction's channel, once; null where none came
 */
export function noteTopics(client: Client): (interactionId: string) => string | null {
  const topics = new LRUCache<string, string>({ max: MAX_INTERACTIONS });
  // Before discord.js makes its own event of it.
  client.ws.on(GatewayDispatchEvents.InteractionCreate, data => {
    const read = interactionCreate.safeParse(data);
    if (read.success) topics.set(read.data.id, read.data.channel.topic);
  });
  return id => {
    const topic = topics.get(id) ?? null;
    topics.delete(id);
    return topic;
  };
}
