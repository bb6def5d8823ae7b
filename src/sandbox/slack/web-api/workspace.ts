import { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import { BOT_ICONS } from '../app.ts';
import type { SlackUser } from '../world.ts';
import { channelId, flag, page, paginate, readArguments, text, ts } from './arguments.ts';
import { findOwnChannel, type Method, type MethodContext } from './method.ts';

/* auth.*, bots.*, reactions.*, team.*, users.*: docs.slack.dev/reference/methods */

const authTest: Method = (given, { world, app, baseUrl }) => {
  readArguments(z.strictObject({}), given);
  return {
    url: `${baseUrl}/`,
    team: world.teamName,
    user: app.name,
    team_id: world.teamId,
    user_id: app.botUserId,
    bot_id: app.botId,
    is_enterprise_install: false,
  };
};

const teamInfo: Method = (given, { world }) => {
  readArguments(z.strictObject({ team: text.optional(), domain: text.optional() }), given);
  return {
    team: {
      id: world.teamId,
      name: world.teamName,
      domain: world.teamDomain,
      email_domain: '',
      icon: { image_default: true },
    },
  };
};

const botsInfo: Method = (given, { app }) => {
  const input = readArguments(z.strictObject({ bot: text.optional() }), given);
  if (input.bot !== undefined && input.bot !== app.botId) throw new SlackApiError('bot_not_found');
  return {
    bot: {
      id: app.botId,
      deleted: false,
      name: app.name,
      updated: 0,
      app_id: app.id,
      user_id: app.botUserId,
      icons: BOT_ICONS,
    },
  };
};

const usersInfo: Method = (given, context) => {
  const input = readArguments(z.strictObject({ user: text, include_locale: flag.optional() }), given);
  const user = context.world.users.get(input.user);
  if (user === undefined) throw new SlackApiError('user_not_found');
  return { user: renderUser(context, user) };
};

const usersList: Method = (given, context) => {
  const listArguments = z.strictObject({
    ...page,
    include_locale: flag.optional(),
  });
  const { items, nextCursor } = paginate(
    [...context.world.users.values()],
    readArguments(listArguments, given),
  );
  return {
    members: items.map(user => renderUser(context, user)),
    cache_ts: Math.floor(context.world.now() / 1000),
    response_metadata: { next_cursor: nextCursor },
  };
};

/** A user object. docs.slack.dev/reference/objects/user-object */
function renderUser({ world, app }: MethodContext, user: SlackUser): Record<string, unknown> {
  return {
    id: user.id,
    team_id: world.teamId,
    name: user.name,
    deleted: false,
    color: '9f69e7',
    real_name: user.name,
    tz: 'Europe/London',
    tz_label: 'Greenwich Mean Time',
    tz_offset: 0,
    profile: {
      title: '',
      phone: '',
      skype: '',
      real_name: user.name,
      real_name_normalized: user.name,
      display_name: user.name,
      display_name_normalized: user.name,
      status_text: '',
      status_emoji: '',
      avatar_hash: '',
      team: world.teamId,
      ...(user.isBot ? { api_app_id: app.id, bot_id: app.botId, always_active: true } : {}),
    },
    is_admin: user.role !== 'member',
    is_owner: user.role === 'owner',
    is_primary_owner: user.role === 'owner',
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    updated: 0,
  };
}

const reactionsAdd: Method = (given, context) => {
  const input = readArguments(
    z.strictObject({ channel: channelId, name: z.string().regex(/^[\w+-]{1,100}$/), timestamp: ts }),
    given,
  );
  const channel = findOwnChannel(context, input.channel);
  const message = context.world.findMessage(channel.id, input.timestamp);
  if (message === undefined || message.onlyFor !== null) throw new SlackApiError('message_not_found');
  const reactions = (message.json.reactions ?? []) as { name: string; users: string[]; count: number }[];
  const known = reactions.find(reaction => reaction.name === input.name);
  if (known?.users.includes(context.app.botUserId) === true) throw new SlackApiError('already_reacted');
  const users = [...(known?.users ?? []), context.app.botUserId];
  const changed = { name: input.name, users, count: users.length };
  context.world.changeMessage(message, {
    ...message,
    json: { ...message.json, reactions: [...reactions.filter(one => one !== known), changed] },
  });
  return {};
};

export const workspaceMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'bots.info': botsInfo,
  'reactions.add': reactionsAdd,
  'team.info': teamInfo,
  'users.info': usersInfo,
  'users.list': usersList,
};
