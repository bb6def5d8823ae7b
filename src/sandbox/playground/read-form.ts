import { z } from 'zod';
import type { PretendFile } from '../pretend-platform.ts';
import { SandboxError } from '../sandbox-error.ts';

const MAX_FILES = 10;

const id = z.string().min(1).max(100);
const text = z.string().max(40_000);
const options = z.record(z.string().max(100), text).refine(record => Object.keys(record).length <= 25);

/** The JSON that the page sends with each thing that a person does. */
export const ACTS = {
  post: z.object({ channelId: id, text, inReplyTo: id.optional() }),
  command: z.object({ channelId: id, command: z.string().max(100), options }),
  complete: z.object({
    channelId: id,
    command: z.string().max(100),
    option: z.string().max(100),
    typed: z.string().max(1000),
  }),
  shortcut: z.object({ channelId: id, messageId: id, shortcut: z.string().max(100) }),
  press: z.object({ channelId: id, messageId: id, actionId: z.string().min(1).max(255) }),
  delete: z.object({ channelId: id, messageId: id }),
  home: z.object({}),
  submit: z.object({ formId: z.string().min(1).max(255), values: options }),
  'alt-text': z.object({
    messageId: id,
    fileIndex: z.int().min(0).max(MAX_FILES),
    altText: z.string().max(1024),
  }),
};

/**
 * Reads what the page sent: a form with the field `act` (JSON), and files with the field `alt` for each.
 *
 * @throws SandboxError where it is no such form
 */
export async function readAct<T extends z.ZodType>(
  request: { formData(): Promise<FormData> },
  schema: T,
): Promise<{ act: z.output<T>; personId: string; files: PretendFile[] }> {
  let form: FormData;
  try {
    form = await request.formData();
  } catch {
    throw new SandboxError('bad-value', 'That could not be read.');
  }
  const act = schema.safeParse(parseJson(form.get('act')));
  const personId = id.safeParse(form.get('personId'));
  if (!act.success || !personId.success) {
    throw new SandboxError('bad-value', 'That is too long, or not what this page sends: load it again.');
  }
  const sent = form.getAll('file').filter(file => typeof file !== 'string');
  if (sent.length > MAX_FILES) {
    throw new SandboxError('bad-value', `At most ${MAX_FILES} files go with a message.`);
  }
  const altTexts = form.getAll('alt').map(String);
  const files = await Promise.all(
    sent.map(async (file, index) => ({
      name: file.name.slice(-100) || 'image',
      bytes: new Uint8Array(await file.arrayBuffer()),
      ...(altTexts[index] ? { altText: altTexts[index].slice(0, 1024) } : {}),
    })),
  );
  return { act: act.data, personId: personId.data, files };
}

function parseJson(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}
