import { answerDescription } from '../answer-description.ts';
import type { ActionCall } from '../bot-commands.ts';
import type { Context } from '../context.ts';
import type { Handling } from '../event-desk.ts';
import { errorFields } from '../explain-error.ts';
import { hashesOf } from '../keep-description.ts';
import { findReplyImages } from './find-reply-images.ts';
import { rewrite } from './rewrite-reply.ts';

/** Asks again, with the next engine where there are several; after a failure, for the first time. */
export async function tryAgain(context: Context, call: ActionCall, handling: Handling): Promise<void> {
  const known = await context.replies.get(call.target);
  const { state, row } = known;
  if (state.kind === 'failure') {
    const { style, engine, reference } = state;
    const { place, person: requester, responder, receivedAt } = call;
    const images = await findReplyImages(known, call.port, handling.signal);
    const author = { id: row.authorId };
    const job = { place, requester, author, images, reference, style, engine, responder, receivedAt };
    await answerDescription(context, job, handling);
    // What failed is answered now.
    await call.origin
      .withdraw()
      .catch(error => context.log.warn({ id: handling.id, ...errorFields(error) }, 'a message stayed'));
    await context.tryStore('reply', () => context.replies.delete(row.id));
    return;
  }
  const { engines } = context;
  const engine = engines[(engines.indexOf(state.engine) + 1) % engines.length]!;
  const before = state.textHashes;
  const outcomes = await rewrite(context, known, call, handling, {
    style: state.style,
    engine,
    isFresh: true,
  });
  if (hashesOf(outcomes).every((hash, index) => hash === before[index])) {
    const text = `${engine === state.engine ? 'Asked again, it' : 'Another engine'} says the same of this picture.`;
    await call.responder.show({ isPrivate: true, blocks: [{ type: 'text', text }], actions: [] });
  }
}
