import type { Client, ClientOptions } from 'discord.js';
import {
  type PretendDiscord,
  type PretendDiscordOptions,
  startPretendDiscord,
} from '../../../src/sandbox/discord/pretend-discord.ts';
import type { PlatformEvent, PretendChannel, PretendPerson } from '../../../src/sandbox/pretend-platform.ts';
import { connectClient } from './connect-client.ts';

export interface Pair {
  readonly discord: PretendDiscord;
  readonly client: Client<true>;
  readonly owner: PretendPerson;
  readonly moderator: PretendPerson;
  readonly member: PretendPerson;
  channel(name: string, person?: PretendPerson): PretendChannel;
  /** What a person has seen so far. */
  watch(person: PretendPerson): PlatformEvent[];
  close(): Promise<void>;
}

/** A pretend Discord and a client that is connected to it. */
export async function startPair(
  options: PretendDiscordOptions = {},
  clientOptions: Partial<ClientOptions> = {},
): Promise<Pair> {
  const discord = await startPretendDiscord(options);
  const client = await connectClient(discord, clientOptions);
  const [owner, moderator, member] = discord.people as [PretendPerson, PretendPerson, PretendPerson];
  return {
    discord,
    client,
    owner,
    moderator,
    member,
    channel: (name, person = owner) =>
      discord.snapshot(person.id).channels.find(channel => channel.name === name)!,
    watch: person => {
      const seen: PlatformEvent[] = [];
      discord.subscribe(person.id, event => seen.push(event));
      return seen;
    },
    close: async () => {
      await client.destroy();
      await discord.close();
    },
  };
}
