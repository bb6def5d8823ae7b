import { Client, type ClientOptions, Events, GatewayIntentBits } from 'discord.js';
import type { PretendDiscord } from '../../../src/sandbox/discord/pretend-discord.ts';

export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
];

/** An unmodified client, logged in and with its guild at hand. */
export async function connectClient(
  discord: PretendDiscord,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = makeClient(discord, options);
  const ready = new Promise<Client<true>>(resolve => client.once(Events.ClientReady, resolve));
  await client.login(discord.connection.token);
  return ready;
}

export function makeClient(discord: PretendDiscord, options: Partial<ClientOptions> = {}): Client {
  const { baseUrl } = discord.connection;
  return new Client({
    intents: [...INTENTS, GatewayIntentBits.MessageContent],
    allowedMentions: { parse: [] },
    rest: { api: `${baseUrl}/api`, version: '10', cdn: baseUrl },
    ...options,
  });
}
