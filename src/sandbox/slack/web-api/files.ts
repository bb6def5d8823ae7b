import { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import { renderFile, type SlackFile } from '../files.ts';
import { channelId, json, readArguments, text, ts, wholeNumber } from './arguments.ts';
import { findOwnChannel, type Method, type MethodContext } from './method.ts';

/* files.*: docs.slack.dev/reference/methods?family=files */

/** docs.slack.dev/reference/methods/files.getUploadURLExternal */
const MAX_ALT_TEXT = 1000;
const MAX_FILE_BYTES = 64 * 1024 * 1024;

const info: Method = (given, context) => {
  const input = readArguments(
    z.strictObject({
      file: text,
      cursor: text.optional(),
      limit: wholeNumber.optional(),
      count: wholeNumber.optional(),
      page: wholeNumber.optional(),
    }),
    given,
  );
  const file = findVisibleFile(context, input.file);
  return {
    file: { ...renderFile(file, context.baseUrl, context.world.teamId), ...renderShares(context, file) },
    comments: [],
    response_metadata: { next_cursor: '' },
  };
};

/** Files that stand in a conversation of which the app is a member, and its own. */
function findVisibleFile({ world, app }: MethodContext, id: string): SlackFile {
  const file = world.files.get(id);
  if (file === undefined) throw new SlackApiError('file_not_found');
  if (file.isDeleted) throw new SlackApiError('file_deleted');
  const isVisible =
    file.owner === app.botUserId ||
    [...file.shares.keys()].some(channel => world.channels.get(channel)?.members.has(app.botUserId) === true);
  if (!isVisible) throw new SlackApiError('file_not_found');
  return file;
}

function renderShares({ world }: MethodContext, file: SlackFile): Record<string, unknown> {
  const entries = [...file.shares].map(
    ([id, all]) => [id, all.map(one => ({ ts: one, reply_users: [] }))] as const,
  );
  const isPublic = (id: string) => world.channels.get(id)?.kind === 'channel';
  const of = (kind: string) => [...file.shares.keys()].filter(id => world.channels.get(id)?.kind === kind);
  return {
    channels: of('channel'),
    groups: of('group'),
    ims: of('im'),
    shares: {
      public: Object.fromEntries(entries.filter(([id]) => isPublic(id))),
      private: Object.fromEntries(entries.filter(([id]) => !isPublic(id))),
    },
  };
}

const getUploadUrl: Method = (given, context) => {
  const input = readArguments(
    z.strictObject({
      filename: text,
      length: wholeNumber,
      alt_txt: text.optional(),
      snippet_type: text.optional(),
    }),
    given,
  );
  if (input.length < 1 || input.length > MAX_FILE_BYTES) throw new SlackApiError('invalid_arguments');
  if ((input.alt_txt?.length ?? 0) > MAX_ALT_TEXT) throw new SlackApiError('alt_txt_too_large');
  const upload = context.uploads.begin({
    name: input.filename,
    length: input.length,
    altText: input.alt_txt ?? null,
  });
  return { upload_url: `${context.baseUrl}/upload/v1/${upload.key}`, file_id: upload.fileId };
};

const completeArguments = z.strictObject({
  files: json.pipe(
    z
      .array(z.strictObject({ id: z.string(), title: z.string().optional() }))
      .min(1)
      .max(10),
  ),
  channel_id: channelId.optional(),
  channels: text.optional(),
  initial_comment: text.optional(),
  thread_ts: ts.optional(),
  blocks: json.optional(),
});

const completeUpload: Method = (given, context) => {
  const input = readArguments(completeArguments, given);
  if (input.thread_ts !== undefined && input.channel_id === undefined) {
    throw SlackApiError.withMessages('invalid_arguments', ['thread_ts needs channel_id']);
  }
  const channelIds = input.channel_id === undefined ? (input.channels?.split(',') ?? []) : [input.channel_id];
  const channels = channelIds.map(id => findOwnChannel(context, id));
  const files = input.files.map(one => context.uploads.complete(one.id, one.title));
  for (const channel of channels) {
    context.messages.post({
      channel,
      content: { text: input.initial_comment, blocks: input.blocks },
      where: 'files.completeUploadExternal',
      threadTs: input.thread_ts,
      files,
    });
  }
  return { files: files.map(file => renderFile(file, context.baseUrl, context.world.teamId)) };
};

const deleteFile: Method = (given, context) => {
  const input = readArguments(z.strictObject({ file: text }), given);
  const file = findVisibleFile(context, input.file);
  if (file.owner !== context.app.botUserId) throw new SlackApiError('cant_delete_file');
  context.messages.deleteFile(file);
  return {};
};

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.completeUploadExternal': completeUpload,
  'files.delete': deleteFile,
  'files.getUploadURLExternal': getUploadUrl,
  'files.info': info,
};
