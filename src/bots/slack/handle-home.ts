import { z } from 'zod';
import type { Person, Responder } from '../commands/bot-port.ts';
import type { Reply } from '../commands/reply.ts';
import { renderHome } from './render-reply.ts';
import type { SlackContext } from './slack-context.ts';

const anyAnswer = z.object({ ok: z.literal(true) });

/** Shows a person's figures and wishes in the App Home, below what they asked for there. */
export async function publishHome(
  { api, commands, bot }: SlackContext,
  person: Person,
  answer: Reply | null,
): Promise<void> {
  const home = await commands.homeOf(person, 'slack', bot.teamId);
  const view = renderHome(home, answer);
  await api.call('views.publish', { user_id: person.id, view }, anyAnswer, 'long');
}

/** Answers to the buttons of the App Home stand there, above the figures as they are now. */
export function createHomeResponder(context: SlackContext, person: Person): Responder {
  const publish = async (answer: Reply | null) => {
    await publishHome(context, person, answer);
    return { messageId: null };
  };
  return {
    show: publish,
    async withdraw() {
      await publish(null);
    },
  };
}
