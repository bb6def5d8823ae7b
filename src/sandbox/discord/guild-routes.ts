import { z } from 'zod';
import type { MessageStore } from './message-store.ts';
import { permissionBits } from './permissions.ts';
import { renderChannel, renderGuild, renderMember, renderRole, renderUser } from './render.ts';
import { RestError } from './rest-error.ts';
import type { RestRequest, Route } from './rest-server.ts';
import { validate } from './validate.ts';
import type { GuildState, World } from './world.ts';

export interface GuildRoutesOptions {
  readonly world: World;
  readonly store: MessageStore;
  /** Whether the guild members intent is switched on: listing all members needs it. */
  readonly mayListMembers: boolean;
}

const members = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1),
  after: z.string().default('0'),
});
const search = z.object({
  query: z.string().min(1).max(100),
  limit: z.coerce.number().int().min(1).max(1000).default(1),
});

/** Guilds, their channels, roles and members, and users. */
export function guildRoutes({ world, store, mayListMembers }: GuildRoutesOptions): Route[] {
  const guildOf = ({ params }: RestRequest): GuildState => {
    const guild = world.findGuild(params.guild_id ?? '');
    if (guild?.hasBot !== true) throw new RestError('unknownGuild');
    return guild;
  };
  const ok = (body: unknown) => ({ status: 200, body });
  return [
    {
      method: 'GET',
      path: '/users/@me/guilds',
      serve: () =>
        ok(
          world.botGuilds.map(guild => ({
            id: guild.id,
            name: guild.name,
            icon: null,
            banner: null,
            owner: false,
            permissions: String(botPermissions(guild, world)),
            features: [],
          })),
        ),
    },
    {
      method: 'GET',
      path: '/users/{user_id}',
      serve: ({ params }) => {
        const user = world.findUser(params.user_id ?? '');
        if (user === undefined) throw new RestError('unknownUser');
        return ok(renderUser(user));
      },
    },
    { method: 'GET', path: '/guilds/{guild_id}', serve: request => ok(renderGuild(guildOf(request), world)) },
    {
      method: 'GET',
      path: '/guilds/{guild_id}/channels',
      serve: request =>
        ok(guildOf(request).channels.map(channel => renderChannel(channel, world, store.lastId(channel.id)))),
    },
    {
      method: 'GET',
      path: '/guilds/{guild_id}/roles',
      serve: request => ok(guildOf(request).roles.map(role => renderRole(role, world.bot.id))),
    },
    {
      method: 'GET',
      path: '/guilds/{guild_id}/members',
      serve: request => {
        const guild = guildOf(request);
        if (!mayListMembers) throw new RestError('missingAccess');
        const { limit, after } = validate(members, Object.fromEntries(request.query));
        const sorted = [...guild.members.values()]
          .filter(({ user }) => BigInt(user.id) > BigInt(after))
          .toSorted((a, b) => Number(BigInt(a.user.id) - BigInt(b.user.id)));
        return ok(sorted.slice(0, limit).map(member => renderMember(guild, member)));
      },
    },
    {
      method: 'GET',
      path: '/guilds/{guild_id}/members/search',
      serve: request => {
        const guild = guildOf(request);
        const { query, limit } = validate(search, Object.fromEntries(request.query));
        const found = [...guild.members.values()].filter(({ user }) =>
          user.name.toLowerCase().startsWith(query.toLowerCase()),
        );
        return ok(found.slice(0, limit).map(member => renderMember(guild, member)));
      },
    },
    {
      method: 'GET',
      path: '/guilds/{guild_id}/members/{user_id}',
      serve: request => {
        const guild = guildOf(request);
        const member = guild.members.get(request.params.user_id ?? '');
        if (member === undefined) throw new RestError('unknownMember');
        return ok(renderMember(guild, member));
      },
    },
  ];
}

function botPermissions(guild: GuildState, world: World): bigint {
  const roleIds = [guild.id, ...(guild.members.get(world.bot.id)?.roleIds ?? [])];
  return guild.roles
    .filter(role => roleIds.includes(role.id))
    .reduce((sum, role) => sum | role.permissions, permissionBits([]));
}
