import { z } from 'zod';

/**
 * The part of an app manifest that decides what reaches the app.
 * Source: docs.slack.dev/reference/app-manifest
 */
const manifestSchema = z.object({
  display_information: z.object({ name: z.string().max(35) }),
  features: z.object({
    bot_user: z.object({ display_name: z.string().max(80) }),
    app_home: z.object({ home_tab_enabled: z.boolean().default(false) }).prefault({}),
    shortcuts: z
      .array(
        z.object({
          name: z.string().max(24),
          type: z.enum(['message', 'global']),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      )
      .max(10)
      .default([]),
    slash_commands: z
      .array(
        z.object({
          command: z.string().startsWith('/').max(32),
          description: z.string().max(2000),
          usage_hint: z.string().max(1000).optional(),
          should_escape: z.boolean().default(false),
        }),
      )
      .max(50)
      .default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()).max(255) }) }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()).max(100).default([]) }).prefault({}),
    interactivity: z.object({ is_enabled: z.boolean() }).prefault({ is_enabled: false }),
    socket_mode_enabled: z.boolean().default(false),
  }),
});

export type SlackManifest = z.infer<typeof manifestSchema>;

/**
 * Reads an app manifest.
 *
 * @param json the manifest as parsed JSON
 * @throws z.ZodError where Slack would refuse the manifest
 */
export function readManifest(json: unknown): SlackManifest {
  return manifestSchema.parse(json);
}

/** What the pretend workspace has installed where it is given no manifest. */
export const DEFAULT_MANIFEST: SlackManifest = readManifest({
  display_information: { name: 'Visual Narrator' },
  features: {
    bot_user: { display_name: 'visual-narrator' },
    app_home: { home_tab_enabled: true },
    shortcuts: [
      {
        name: 'Describe image',
        type: 'message',
        callback_id: 'describe_image',
        description: 'Describes the images of a message',
      },
    ],
    slash_commands: [
      { command: '/narrate', description: 'Describes images', usage_hint: 'describe url:… | stats | help' },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        'app_mentions:read',
        'channels:history',
        'channels:read',
        'chat:write',
        'commands',
        'files:read',
        'files:write',
        'groups:history',
        'groups:read',
        'im:history',
        'im:read',
        'im:write',
        'team:read',
        'users:read',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        'app_home_opened',
        'app_mention',
        'file_change',
        'file_shared',
        'message.channels',
        'message.groups',
        'message.im',
      ],
    },
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
  },
});
