import { ChannelType, Client, type Guild, Message, PermissionFlagsBits } from 'discord.js';
import { afterAll, describe, expect, it } from 'vitest';
import { lackedPermissions, personOfMessage, placeOfMessage } from '../../../src/bots/discord/read-place.ts';

const client = new Client({ intents: [] });
afterAll(() => client.destroy());

const [GUILD, OWNER, MEMBER, MODERATOR, BOT] = ['100', '1', '2', '3', '4'];
const user = (id: string) => ({
  id,
  username: `user${id}`,
  discriminator: '0',
  global_name: null,
  avatar: null,
});
const member = (id: string, roles: string[]) => ({
  user: user(id),
  roles,
  nick: `Nick ${id}`,
  joined_at: null,
  flags: 0,
});
const role = (id: string, permissions: bigint) => ({
  id,
  name: id,
  permissions: String(permissions),
  position: 1,
  color: 0,
  colors: { primary_color: 0 },
});
const { ManageChannels, ManageMessages, Administrator, ViewChannel, SendMessages, ReadMessageHistory } =
  PermissionFlagsBits;

/** As the gateway tells of it, through the method of discord.js that its own handlers use. */
const guild = Reflect.get(client.guilds, '_add').call(client.guilds, {
  id: GUILD,
  name: 'Lighthouse',
  owner_id: OWNER,
  roles: [
    role(GUILD!, ViewChannel | SendMessages | ReadMessageHistory),
    role('50', ManageChannels | ManageMessages),
    role('51', Administrator),
  ],
  channels: [
    {
      id: '7',
      type: ChannelType.GuildText,
      name: 'photos',
      topic: 'Pictures #nobot',
      permission_overwrites: [
        { id: MODERATOR, type: 1, allow: '0', deny: String(ManageMessages) },
        { id: BOT, type: 1, allow: '0', deny: String(SendMessages) },
      ],
    },
  ],
  threads: [{ id: '8', type: ChannelType.PublicThread, name: 'kites', parent_id: '7', guild_id: GUILD }],
  members: [
    member(MEMBER!, []),
    member(MODERATOR!, ['50']),
    member(OWNER!, []),
    member('5', ['51']),
    member(BOT!, []),
  ],
  emojis: [],
  stickers: [],
  features: [],
}) as Guild;

function messageOf(author: string, channelId = '7'): Message {
  const raw = {
    id: '9',
    channel_id: channelId,
    guild_id: GUILD,
    type: 0,
    author: user(author),
    content: '',
    attachments: [],
    embeds: [],
  };
  return Reflect.construct(Message, [client, raw]) as Message;
}

function rightsOf(author: string) {
  const message = messageOf(author);
  const { name, mayManageChannel, mayModerate, mayManageServer } = personOfMessage(
    message,
    placeOfMessage(message),
  );
  return { name, mayManageChannel, mayModerate, mayManageServer };
}

describe('what a person may do', () => {
  it('comes from roles and the channel’s overwrites', () => {
    const [none, all] = [false, true].map(may => ({
      mayManageChannel: may,
      mayModerate: may,
      mayManageServer: may,
    }));
    expect(rightsOf(MEMBER!)).toEqual({ name: 'Nick 2', ...none });
    expect(rightsOf(MODERATOR!)).toEqual({
      name: 'Nick 3',
      mayManageChannel: true,
      mayModerate: false,
      mayManageServer: false,
    });
    expect(rightsOf(OWNER!)).toEqual({ name: 'Nick 1', ...all });
    expect(rightsOf('5')).toEqual({ name: 'Nick 5', ...all });
    // Not a member any more.
    expect(rightsOf('77')).toEqual({ name: 'user77', ...none });
  });
});

describe('a place', () => {
  it('has its channel’s topic, and a thread its parent’s', () => {
    const place = {
      platform: 'discord',
      serverId: GUILD,
      topic: 'Pictures #nobot',
      isDirect: false,
      isMember: true,
    };
    expect(placeOfMessage(messageOf(MEMBER!))).toEqual({ ...place, channelId: '7', channelName: 'photos' });
    expect(placeOfMessage(messageOf(MEMBER!, '8'))).toEqual({
      ...place,
      channelId: '8',
      channelName: 'kites',
    });
  });

  it('is short of the permissions that the bot lacks, by the names of Discord’s settings', () => {
    Object.assign(client, { user: client.users.cache.get(BOT!) });
    const channel = guild.channels.cache.get('7')!;
    expect(lackedPermissions(client, channel, ['view', 'send', 'history', 'attach'])).toEqual([
      'Send Messages',
      'Attach Files',
    ]);
    expect(lackedPermissions(client, channel, ['view', 'history'])).toEqual([]);
  });
});
