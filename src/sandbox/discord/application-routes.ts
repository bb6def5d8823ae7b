import { z } from 'zod';
import type { CommandRegistry } from './command-registry.ts';
import { commandBody, commandPatch } from './command-schema.ts';
import type { Gateway } from './gateway.ts';
import { INTENT } from './gateway-payloads.ts';
import { type Json, renderUser } from './render.ts';
import { formError, RestError } from './rest-error.ts';
import type { RestRequest, Route } from './rest-server.ts';
import { validate } from './validate.ts';
import type { World } from './world.ts';

export interface ApplicationRoutesOptions {
  readonly world: World;
  readonly gateway: Gateway;
  readonly commands: CommandRegistry;
  readonly privilegedIntents: number;
}

/** Flags of an application that may use a privileged intent while it is in fewer than 100 guilds. */
const FLAG_OF_INTENT = [
  [INTENT.guildPresences, 1 << 13],
  [INTENT.guildMembers, 1 << 15],
  [INTENT.messageContent, 1 << 19],
] as const;

const commandList = z.array(commandBody).max(130);

/** The gateway's address, the application, its user and its commands. */
export function applicationRoutes(options: ApplicationRoutesOptions): Route[] {
  const { world, gateway, commands } = options;

  const guildIdOf = ({ params }: RestRequest): string | null => {
    if (params.application_id !== world.applicationId) throw new RestError('unknownApplication');
    if (params.guild_id === undefined) return null;
    if (world.findGuild(params.guild_id)?.hasBot !== true) throw new RestError('missingAccess');
    return params.guild_id;
  };
  const application = () => ({ status: 200, body: renderApplication(options) });

  const commandRoutes = ['', '/guilds/{guild_id}'].flatMap((of): Route[] => {
    const all = `/applications/{application_id}${of}/commands`;
    const one = `${all}/{command_id}`;
    return [
      {
        method: 'GET',
        path: all,
        serve: request => ({
          status: 200,
          body: commands.list(guildIdOf(request)).map(command => commands.render(command)),
        }),
      },
      {
        method: 'PUT',
        path: all,
        serve: request => {
          const guildId = guildIdOf(request);
          const made = commands.replaceAll(guildId, validate(commandList, request.body));
          return { status: 200, body: made.map(command => commands.render(command)) };
        },
      },
      {
        method: 'POST',
        path: all,
        serve: request => {
          const { command, isNew } = commands.upsert(guildIdOf(request), validate(commandBody, request.body));
          return { status: isNew ? 201 : 200, body: commands.render(command) };
        },
      },
      {
        method: 'GET',
        path: one,
        serve: request => ({
          status: 200,
          body: commands.render(commands.get(guildIdOf(request), request.params.command_id ?? '')),
        }),
      },
      {
        method: 'PATCH',
        path: one,
        serve: request => {
          const changes = validate(commandPatch, request.body);
          const command = commands.patch(guildIdOf(request), request.params.command_id ?? '', changes);
          return { status: 200, body: commands.render(command) };
        },
      },
      {
        method: 'DELETE',
        path: one,
        serve: request => {
          commands.delete(guildIdOf(request), request.params.command_id ?? '');
          return { status: 204 };
        },
      },
    ];
  });

  return [
    { method: 'GET', path: '/gateway/bot', serve: () => ({ status: 200, body: gateway.describe() }) },
    { method: 'GET', path: '/applications/@me', serve: application },
    { method: 'GET', path: '/oauth2/applications/@me', serve: application },
    {
      method: 'GET',
      path: '/users/@me',
      serve: () => ({
        status: 200,
        body: { ...renderUser(world.bot), mfa_enabled: true, locale: 'en-US', verified: true, email: null },
      }),
    },
    {
      method: 'POST',
      path: '/users/@me/channels',
      serve: request => {
        const { recipient_id: id } = validate(z.strictObject({ recipient_id: z.string() }), request.body);
        const person = world.findPerson(id);
        if (person === undefined) throw formError(['recipient_id'], 'USER_UNKNOWN', 'Unknown user');
        const { id: channelId } = person.directChannel;
        const body = {
          id: channelId,
          type: 1,
          last_message_id: null,
          flags: 0,
          recipients: [renderUser(person)],
        };
        return { status: 200, body };
      },
    },
    ...commandRoutes,
  ];
}

function renderApplication({ world, privilegedIntents }: ApplicationRoutesOptions): Json {
  const flags = FLAG_OF_INTENT.reduce(
    (sum, [intent, flag]) => ((privilegedIntents & intent) === 0 ? sum : sum | flag),
    0,
  );
  const [owner] = world.people;
  return {
    id: world.applicationId,
    name: world.bot.name,
    icon: null,
    description: '',
    type: null,
    bot: renderUser(world.bot),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags,
    flags_new: String(flags),
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: renderUser(owner ?? world.bot),
    approximate_guild_count: world.botGuilds.length,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    integration_types_config: { '0': {}, '1': {} },
    team: null,
    eligible_oauth2_scopes: ['bot', 'applications.commands'],
  };
}
