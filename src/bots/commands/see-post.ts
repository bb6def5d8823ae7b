import type { AcceptedWork, PostWork } from './accepted-work.ts';
import { answerDescription } from './answer-description.ts';
import type { PlatformPort, Post } from './bot-port.ts';
import { checkEvents } from './check-limits.ts';
import type { Context } from './context.ts';
import { narrowReference } from './reply-state.ts';
import type { WatchMode } from './watch-mode.ts';

/** A message was posted: a mention is answered, a watched image waits for its author's alt text. */
export async function seePost(
  context: Context,
  watch: WatchMode,
  post: Post,
  port: PlatformPort,
  receivedAt: number,
  onTaken: () => void = () => {},
): Promise<void> {
  if (post.author.isBot) return;
  if (post.mentionsBot) await answerMention(context, post, port, receivedAt, onTaken);
  else await noticeWatched(context, watch, post, port, receivedAt);
}

async function answerMention(
  context: Context,
  post: Post,
  port: PlatformPort,
  receivedAt: number,
  onTaken: () => void,
): Promise<void> {
  const { place, author: requester } = post;
  const id = mentionId(post);
  // Told twice, perhaps: before anything is shown.
  if (!context.work.claim(id)) return;
  const meant = post.images.length > 0 ? post : post.repliedTo;
  const isKept = (await context.settings.hasOptedOut(place.platform, requester.id)) === false;
  const work: PostWork = {
    kind: 'mention',
    place,
    postId: post.id,
    requesterId: requester.id,
    authorId: meant?.author.id ?? requester.id,
    reference: meant?.reference ?? { kind: 'once' },
  };
  const accepted = { id, platform: place.platform, personId: requester.id, work, dueAt: context.now() };
  if (!(await context.work.note(accepted, isKept))) return;
  onTaken();
  const responder = port.respondIn(place.channelId, post.id);
  await context.desk.handle({ what: 'mention', person: requester, place, responder }, async handling => {
    checkEvents(context, requester, place);
    if (!meant || meant.images.length === 0) {
      await responder.show(HINT);
      return;
    }
    const { author, images, reference } = meant;
    const job = { place, requester, author, images, reference, responder, receivedAt, workId: id };
    await answerDescription(context, job, handling);
  });
  if (isKept) await context.work.done(id);
}

const HINT = {
  isPrivate: false,
  blocks: [
    {
      type: 'text',
      text: 'Mention me in a message with an image, or in a reply to one, and I describe it.',
    },
  ],
  actions: [],
} as const;

export function mentionId({ id, place }: Pick<Post, 'id' | 'place'>): string {
  return `mention-${place.platform}-${place.channelId}-${id}`;
}

async function noticeWatched(
  context: Context,
  watch: WatchMode,
  post: Post,
  port: PlatformPort,
  receivedAt: number,
): Promise<void> {
  const { place, author } = post;
  // Also while the service stops: it is noted, and the next process describes it.
  if (!context.settings.isWatched(place)) return;
  const bare = post.images.filter(({ altText }) => !altText?.trim());
  if (bare.length === 0) return;
  const isOut = await context.settings.hasOptedOut(place.platform, author.id);
  if (isOut === true) return;
  const accepted: AcceptedWork = {
    id: `watch-${place.platform}-${place.channelId}-${post.id}`,
    platform: place.platform,
    personId: author.id,
    work: {
      kind: 'watch',
      place,
      postId: post.id,
      requesterId: author.id,
      authorId: author.id,
      reference: narrowReference(
        post.reference,
        bare.map(({ id }) => id),
      ),
    },
    dueAt: context.now() + context.bots.graceMs,
  };
  // Where the wish is not known nothing is kept, and it is asked again when the image is due.
  if (context.work.claim(accepted.id) && (await context.work.note(accepted, isOut === false)))
    watch.plan(accepted, port, performance.now() - receivedAt);
}
