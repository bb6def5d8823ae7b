import { renderThread } from '../bots/commands/approval/render-thread.ts';
import type { Block, Reply } from '../bots/commands/reply.ts';
import type { LaunchStore } from '../store/launch-store.ts';
import { type AnnouncementMessage, announcementMessage, draftMessage } from './announcement-message.ts';

/**
 * The messages of an announcement, in order.
 *
 * @param message as it lay in the store
 * @returns null where there is nothing left to tell: a draft that was edited or decided over meanwhile
 */
export async function renderAnnouncement(
  message: unknown,
  launch: Pick<LaunchStore, 'thread'>,
): Promise<readonly Reply[] | null> {
  const draft = draftMessage.safeParse(message).data;
  if (!draft) return [renderMessage(announcementMessage.parse(message))];
  const row = await launch.thread(draft.thread.id);
  return row?.state === 'draft' && row.revision === draft.thread.revision ? renderThread(row) : null;
}

function renderMessage({ heading, texts, picture }: AnnouncementMessage): Reply {
  const blocks: Block[] = [
    { type: 'heading', text: heading },
    ...texts.map(text => ({ type: 'text', text }) as const),
  ];
  if (picture) {
    const { pngBase64, fileName, altText } = picture;
    blocks.push({ type: 'picture', png: Buffer.from(pngBase64, 'base64'), fileName, altText });
  }
  return { isPrivate: false, blocks, actions: [] };
}
