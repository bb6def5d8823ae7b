import type { Person, Platform } from './bot-port.ts';
import type { Context } from './context.ts';
import { densityFacts } from './density-reply.ts';
import { renderPrivacy } from './privacy-command.ts';
import type { Reply } from './reply.ts';

const DAYS = 30;

/** A person's figures and wishes on one page. @throws StoreError */
export async function renderHome(
  context: Context,
  person: Person,
  platform: Platform,
  serverId: string | null,
): Promise<Reply> {
  const until = context.now() + 1;
  const from = until - DAYS * 86_400_000;
  const filter = { platform, authorId: person.id, ...(serverId !== null && { serverId }), from, until };
  const [totals, privacy] = await Promise.all([
    context.store.descriptions.totals(filter),
    renderPrivacy(context, person, platform),
  ]);
  return {
    isPrivate: true,
    blocks: [
      { type: 'heading', text: `Descriptions of your images, last ${DAYS} days` },
      totals.descriptions === 0
        ? { type: 'text', text: 'None of your images was described, or nothing is kept of it.' }
        : densityFacts(totals),
      ...privacy.blocks,
    ],
    actions: privacy.actions,
  };
}
