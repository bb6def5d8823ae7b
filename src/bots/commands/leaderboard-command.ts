import type { CommandCall } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import type { Context } from './context.ts';
import { numberOption, switchOption } from './read-options.ts';
import { counted, oneLine } from './shown-text.ts';

/** Fewer are chance. */
const MIN_DESCRIPTIONS = 3;
const MAX_LEADERS = 10;

/** `leaderboard`: whose pictures were described most richly, in servers that turned it on. */
export async function leaderboardCommand(context: Context, call: CommandCall): Promise<void> {
  const { store, settings, now } = context;
  const { options, place, person, port, responder } = call;
  const { platform, serverId } = place;
  const isOn = switchOption(options, 'enable');
  const days = numberOption(options, 'days', 1, 365) ?? 30;
  if (serverId === null) throw new BotError('bad-option', 'A leaderboard is of a server: ask for it in one.');
  if (isOn !== undefined) {
    if (!person.mayManageServer) {
      throw new BotError(
        'not-allowed',
        'Only people who may manage the server can turn its leaderboard on or off.',
      );
    }
    const by = await settings.keptId(platform, person.id);
    await store.settings.setLeaderboard(platform, serverId, isOn, by, now());
    const text = isOn
      ? 'The leaderboard of this server is on. People who opted out are not on it, and anyone can opt out under "privacy".'
      : 'The leaderboard of this server is off.';
    await responder.show({ isPrivate: false, blocks: [{ type: 'text', text }], actions: [] });
    return;
  }
  if (!(await store.settings.hasLeaderboard(platform, serverId))) {
    throw new BotError(
      'not-allowed',
      'This server has no leaderboard. Someone who may manage the server can turn it on with the option "enable".',
    );
  }
  const until = now() + 1;
  const filter = { platform, serverId, from: until - days * 86_400_000, until };
  const found = await store.descriptions.leaders(filter, MIN_DESCRIPTIONS, MAX_LEADERS);
  const isOut = await Promise.all(found.map(({ authorId }) => settings.hasOptedOut(platform, authorId)));
  const leaders = found.filter((_, index) => isOut[index] === false);
  const names = await port.findNames(leaders.map(({ authorId }) => authorId));
  const facts = leaders.map(({ authorId, descriptions, supportedPer100Words }, index) => ({
    name: `${index + 1}. ${oneLine(names.get(authorId) ?? '', 40, 'Somebody')}`,
    value: `${supportedPer100Words.toFixed(1)} supported adjectives per 100 words · ${counted(descriptions, 'description')}`,
  }));
  const span = `the last ${counted(days, 'day')}`;
  await responder.show({
    isPrivate: false,
    blocks: [
      { type: 'heading', text: 'Whose pictures were described most richly' },
      facts.length > 0
        ? { type: 'facts', facts }
        : { type: 'text', text: `Nobody’s pictures were described ${MIN_DESCRIPTIONS} times in ${span}.` },
      {
        type: 'note',
        text: `In ${span}, of people with ${MIN_DESCRIPTIONS} descriptions or more. Only adjectives that the picture bears out count.`,
      },
    ],
    actions: [],
  });
}
