import { z } from 'zod';
import { checkComponents, messageComponents } from './component-schema.ts';
import { refuse, snowflake, text } from './form-types.ts';
import { validate } from './validate.ts';

export const FLAG = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;

const MAX_CONTENT = 2000;
const MAX_EMBEDS_TEXT = 6000;
const MAX_ATTACHMENTS = 10;

const webUrl = z
  .string()
  .max(2048)
  .regex(/^(https?|attachment):\/\/\S+$/);

const embed = z.strictObject({
  title: text(0, 256).nullish(),
  type: z.literal('rich').nullish(),
  description: text(0, 4096).nullish(),
  url: webUrl.nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  footer: z.strictObject({ text: text(1, 2048), icon_url: webUrl.nullish() }).nullish(),
  image: z.strictObject({ url: webUrl }).nullish(),
  thumbnail: z.strictObject({ url: webUrl }).nullish(),
  author: z.strictObject({ name: text(1, 256), url: webUrl.nullish(), icon_url: webUrl.nullish() }).nullish(),
  fields: z
    .array(z.strictObject({ name: text(1, 256), value: text(1, 1024), inline: z.boolean().nullish() }))
    .max(25)
    .nullish(),
});
export type Embed = z.infer<typeof embed>;

const allowedMentions = z
  .strictObject({
    parse: z.array(z.enum(['users', 'roles', 'everyone'])).nullish(),
    users: z.array(snowflake).max(100).nullish(),
    roles: z.array(snowflake).max(100).nullish(),
    replied_user: z.boolean().nullish(),
  })
  .superRefine((value, context) => {
    for (const kind of ['users', 'roles'] as const) {
      if (value.parse?.includes(kind) && value[kind]?.length) {
        refuse(
          context,
          'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
          `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
        );
      }
    }
  });
export type AllowedMentions = z.infer<typeof allowedMentions>;

const attachment = z.strictObject({
  id: z.union([snowflake, z.int().min(0).transform(String)]),
  filename: text(1, 1024).nullish(),
  description: text(0, 1024).nullish(),
  title: text(0, 1024).nullish(),
  duration_secs: z.number().nullish(),
  waveform: z.string().nullish(),
  is_spoiler: z.boolean().nullish(),
});

const shared = {
  content: text(0, MAX_CONTENT).nullish(),
  embeds: z.array(embed).max(10).nullish(),
  allowed_mentions: allowedMentions.nullish(),
  components: messageComponents.nullish(),
  attachments: z.array(attachment).max(MAX_ATTACHMENTS).nullish(),
  flags: z.int().min(0).nullish(),
  // discord.js sends these with every message, also where they mean nothing.
  tts: z.boolean().nullish(),
  nonce: z.union([z.int(), z.string().max(25)]).nullish(),
  enforce_nonce: z.boolean().nullish(),
};

type Body = {
  readonly content?: string | null;
  readonly embeds?: readonly Embed[] | null;
  readonly components?: z.infer<typeof messageComponents> | null;
  readonly flags?: number | null;
};

function checkMessage(value: Body, context: Parameters<typeof refuse>[0], allowedFlags: number): void {
  const flags = value.flags ?? 0;
  if ((flags & ~allowedFlags) !== 0) {
    refuse(context, 'BASE_TYPE_INVALID', 'A flag that cannot be set here.', ['flags']);
  }
  const isV2 = (flags & FLAG.componentsV2) !== 0;
  if (isV2) {
    for (const field of ['content', 'embeds'] as const) {
      if (value[field]?.length) {
        refuse(
          context,
          'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
          `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
          [field],
        );
      }
    }
  }
  checkComponents(value.components ?? [], isV2, context);
  const chars = (value.embeds ?? []).reduce((sum, each) => sum + embedLength(each), 0);
  if (chars > MAX_EMBEDS_TEXT) {
    refuse(context, 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_EMBEDS_TEXT}`, [
      'embeds',
    ]);
  }
  value.embeds?.forEach((each, index) => {
    const isEmpty = embedLength(each) === 0 && !each.image && !each.thumbnail;
    if (isEmpty)
      refuse(context, 'BASE_TYPE_REQUIRED', 'This field is required', ['embeds', index, 'description']);
  });
}

/** The characters of an embed that count towards the limit of all embeds together. */
function embedLength(value: Embed): number {
  const texts = [
    value.title,
    value.description,
    value.footer?.text,
    value.author?.name,
    ...(value.fields ?? []).flatMap(field => [field.name, field.value]),
  ];
  return texts.reduce((sum, each) => sum + [...(each ?? '').trim()].length, 0);
}

const CHANNEL_FLAGS = FLAG.suppressEmbeds | FLAG.suppressNotifications | FLAG.componentsV2;
const EDIT_FLAGS = FLAG.suppressEmbeds | FLAG.componentsV2;

const reference = z.strictObject({
  type: z.literal(0).nullish(),
  message_id: snowflake,
  channel_id: snowflake.nullish(),
  guild_id: snowflake.nullish(),
  fail_if_not_exists: z.boolean().nullish(),
});

/** `POST /channels/{channel_id}/messages`. */
export const channelMessage = z
  .strictObject({ ...shared, message_reference: reference.nullish() })
  .superRefine((value, context) => checkMessage(value, context, CHANNEL_FLAGS));

/** A response or follow-up to an interaction. */
export const interactionMessage = z
  .strictObject(shared)
  .superRefine((value, context) => checkMessage(value, context, CHANNEL_FLAGS | FLAG.ephemeral));

const messageEdit = z
  .strictObject(shared)
  .superRefine((value, context) => checkMessage(value, context, EDIT_FLAGS));

/**
 * A change of a message, in a channel or through an interaction. A message that uses components V2 goes on doing so,
 * whether or not the change says it again.
 *
 * @param flags of the message as it is
 * @throws RestError
 */
export function validateEdit(flags: number, body: unknown): MessageBody {
  const kept = flags & FLAG.componentsV2;
  if (kept === 0 || typeof body !== 'object' || body === null) return validate(messageEdit, body);
  const given = 'flags' in body && typeof body.flags === 'number' ? body.flags : 0;
  return validate(messageEdit, { ...body, flags: given | kept });
}

/** What `deferReply` may say about the message to come. */
export const deferral = z.strictObject({ flags: z.int().nullish() }).superRefine((value, context) => {
  if (((value.flags ?? 0) & ~FLAG.ephemeral) !== 0) {
    refuse(context, 'BASE_TYPE_INVALID', 'A flag that cannot be set here.', ['flags']);
  }
});

export type MessageBody = z.infer<typeof interactionMessage>;
