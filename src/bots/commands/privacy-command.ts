import type { ActionCall, CommandCall } from './bot-commands.ts';
import type { Person, Platform, Responder } from './bot-port.ts';
import type { Context } from './context.ts';
import { choiceOption } from './read-options.ts';
import type { Reply } from './reply.ts';
import { counted } from './shown-text.ts';

const DEEDS = ['show', 'opt-out', 'opt-in', 'forget-me'] as const;

interface Asker {
  readonly person: Pick<Person, 'id'>;
  readonly platform: Platform;
  readonly responder: Responder;
}

/** `privacy`: what is kept of the person, opting out and in, and being forgotten. */
export async function privacyCommand(context: Context, call: CommandCall): Promise<void> {
  const { person, place, responder } = call;
  const asker = { person, platform: place.platform, responder };
  const deed = choiceOption(call.options, 'do', DEEDS) ?? 'show';
  if (deed === 'opt-out' || deed === 'opt-in') await setOptOut(context, asker, deed === 'opt-out');
  else if (deed === 'forget-me') await askToForget(context, asker);
  else await responder.show(await renderPrivacy(context, person, place.platform));
}

/** The buttons of its replies. */
export async function pressPrivacy(context: Context, call: ActionCall): Promise<void> {
  const { action, person, place, responder } = call;
  const asker = { person, platform: place.platform, responder };
  if (action === 'opt-out' || action === 'opt-in') await setOptOut(context, asker, action === 'opt-out');
  else if (action === 'forget') await askToForget(context, asker);
  else await forget(context, asker);
}

const KEPT = [
  'Images are never kept.',
  'Of each description its figures are kept (how many words and adjectives, how many of them the picture bears out, which model, how long it took), with who asked, who posted the image, and where; a checksum of its text; its text only where the channel keeps history; all of it no longer than the channel’s retention says.',
  'Beside that: work in hand until it is answered, your reports, who changed a setting, and whether you opted out.',
  'The last descriptions also stay in the bot’s memory for up to an hour, so that their buttons work.',
  'Figures of a person are shown to that person, and to others only in a server that turned its leaderboard on.',
  'Opting out: your images are described only when you ask yourself, nothing about you is kept from then on, and what is kept now is deleted.',
].join(' ');

/** What the store calls its tables, in words. */
const TABLES: Readonly<Record<string, string>> = {
  descriptions: 'Figures of descriptions',
  replies: 'Replies with buttons',
  reports: 'Reports',
  pending: 'Work in hand',
  channelSettings: 'Channel settings that you changed',
  serverSettings: 'Server settings that you changed',
  optOuts: 'Your opt-out',
};

/** Tables whose rows outlive the person: settings lose the name, and without the opt-out all would be kept again. */
const LASTING: readonly string[] = ['channelSettings', 'serverSettings', 'optOuts'];

/** What is kept of the person now, in rows, with the buttons to change that. */
export async function renderPrivacy(
  context: Context,
  { id }: Pick<Person, 'id'>,
  platform: Platform,
): Promise<Reply> {
  const { people } = context.store;
  const [rows, isOut] = await Promise.all([people.countRows(platform, id), people.hasOptedOut(platform, id)]);
  const kept = Object.entries(rows).filter(([, count]) => count > 0);
  return {
    isPrivate: true,
    blocks: [
      { type: 'heading', text: 'Privacy' },
      { type: 'text', text: KEPT },
      kept.length === 0
        ? { type: 'text', text: 'Nothing is kept about you.' }
        : {
            type: 'facts',
            facts: kept.map(([table, count]) => ({
              name: TABLES[table] ?? table,
              value: counted(count, 'row'),
            })),
          },
      { type: 'note', text: isOut ? 'You have opted out.' : 'You have not opted out.' },
    ],
    actions: [
      [
        isOut
          ? { action: 'opt-in', target: 'me', label: 'Opt in', style: 'plain' }
          : { action: 'opt-out', target: 'me', label: 'Opt out', style: 'plain' },
        { action: 'forget', target: 'me', label: 'Forget me', style: 'danger' },
      ],
    ],
  };
}

async function setOptOut(
  context: Context,
  { person, platform, responder }: Asker,
  isOut: boolean,
): Promise<void> {
  await context.store.people.setOptOut(platform, person.id, isOut, context.now());
  context.settings.setOptedOut(platform, person.id, isOut);
  if (isOut) context.replies.forgetPerson(platform, person.id);
  const text = isOut
    ? 'You have opted out: your images are described only when you ask yourself, and nothing about you is kept. What was kept is deleted.'
    : 'You have opted in: your images can be described again, and figures of that are kept.';
  const button = isOut
    ? ({ action: 'opt-in', target: 'me', label: 'Opt in', style: 'plain' } as const)
    : ({ action: 'opt-out', target: 'me', label: 'Opt out', style: 'plain' } as const);
  await responder.show({ isPrivate: true, blocks: [{ type: 'text', text }], actions: [[button]] });
}

async function askToForget({ store }: Context, { person, platform, responder }: Asker): Promise<void> {
  const rows = await store.people.countRows(platform, person.id);
  const sum = (tables: readonly string[]) => tables.reduce((total, table) => total + (rows[table] ?? 0), 0);
  const count = sum(Object.keys(rows).filter(table => !LASTING.includes(table)));
  const settings = sum(['channelSettings', 'serverSettings']);
  const isNothing = count + settings === 0;
  const text = isNothing
    ? 'Nothing is kept about you that could be deleted.'
    : `This deletes all that is kept about you: ${counted(count, 'row')}.${settings === 0 ? '' : ` Your name is taken off ${counted(settings, 'setting')}.`} It cannot be undone. The buttons of those descriptions stop working; the messages themselves stay.`;
  await responder.show({
    isPrivate: true,
    blocks: [{ type: 'text', text }],
    actions: isNothing
      ? []
      : [[{ action: 'forget-confirm', target: 'me', label: 'Delete it all', style: 'danger' }]],
  });
}

async function forget({ store, replies }: Context, { person, platform, responder }: Asker): Promise<void> {
  const count = await store.people.forget(platform, person.id);
  replies.forgetPerson(platform, person.id);
  const text = `${counted(count, 'row')} about you ${count === 1 ? 'was' : 'were'} deleted. To keep the bot from keeping anything new, opt out.`;
  await responder.show({ isPrivate: true, blocks: [{ type: 'text', text }], actions: [] });
}
