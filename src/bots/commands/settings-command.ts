import { STYLES } from '../../inference/engines/engine.ts';
import type { ChannelSettings } from '../../store/store.ts';
import type { ActionCall, CommandCall } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import type { Person, Place } from './bot-port.ts';
import type { Context } from './context.ts';
import { choiceOption, numberOption, switchOption } from './read-options.ts';
import { DEFAULT_SETTINGS, styleOf, wantsNoBots } from './remembered-settings.ts';
import type { Form, Reply } from './reply.ts';
import { counted } from './shown-text.ts';

type Change = Partial<ChannelSettings>;

/** `settings`: shows the channel's, and changes those that are named. */
export async function settingsCommand(context: Context, call: CommandCall): Promise<void> {
  const { options, place, responder } = call;
  const change = readChange(options);
  if (Object.keys(change).length === 0) {
    const settings = await context.settings.channel(place);
    await responder.show(renderSettings(settings, call, 'Settings of this channel'));
    return;
  }
  await applyChange(context, call, change);
}

/** The settings form, filled in. */
export async function submitSettings(context: Context, call: ActionCall): Promise<void> {
  const { values } = call;
  if (values || !call.person.mayManageChannel)
    return await applyChange(context, call, readChange(values ?? {}));
  // Pressed where no form could be opened.
  const settings = await context.settings.channel(call.place);
  await call.responder.show(renderSettings(settings, call, 'Settings of this channel'));
}

/** The button that turns the keeping of texts on or off. */
export async function switchHistory(context: Context, call: ActionCall): Promise<void> {
  await applyChange(context, call, { keepHistory: call.target === 'on' });
}

export async function settingsForm(
  { settings }: Context,
  person: Person,
  place: Place,
  target: string,
): Promise<Form | null> {
  // The press is answered with the refusal.
  if (!person.mayManageChannel) return null;
  const { watch, style, keepHistory, retentionDays } = await settings.channel(place);
  const onOff = [
    { value: 'on', label: 'On' },
    { value: 'off', label: 'Off' },
  ];
  return {
    title: 'Settings of this channel',
    action: 'settings',
    target,
    submitLabel: 'Save',
    fields: [
      {
        name: 'watch',
        kind: 'choice',
        label: 'Describe each image without alt text',
        value: watch ? 'on' : 'off',
        choices: onOff,
        isRequired: true,
      },
      {
        name: 'style',
        kind: 'choice',
        label: 'How descriptions are written',
        value: style,
        choices: STYLES.map(value => ({ value, label: value })),
        isRequired: true,
      },
      {
        name: 'history',
        kind: 'choice',
        label: 'Keep the texts of descriptions',
        value: keepHistory ? 'on' : 'off',
        choices: onOff,
        isRequired: true,
      },
      {
        name: 'retention',
        kind: 'text',
        label: 'Days that they are kept (1 to 365)',
        value: String(retentionDays),
        maxChars: 3,
        isLong: false,
        isRequired: true,
      },
    ],
  };
}

function readChange(values: CommandCall['options']): Change {
  const watch = switchOption(values, 'watch');
  const style = choiceOption(values, 'style', STYLES);
  const keepHistory = switchOption(values, 'history');
  const retentionDays = numberOption(values, 'retention', 1, 365);
  return {
    ...(watch !== undefined && { watch }),
    ...(style !== undefined && { style }),
    ...(keepHistory !== undefined && { keepHistory }),
    ...(retentionDays !== undefined && { retentionDays }),
  };
}

async function applyChange(context: Context, call: CommandCall | ActionCall, change: Change): Promise<void> {
  const { person, place, port, responder } = call;
  if (!person.mayManageChannel) {
    throw new BotError(
      'not-allowed',
      'Only people who may manage this channel can change its settings: ask one of them.',
    );
  }
  if (change.watch && !place.isMember) {
    throw new BotError(
      'not-permitted',
      'The bot is not a member of this channel, so it cannot watch it: add it to the channel first.',
    );
  }
  if (change.watch && port.whyNoWatch !== null) throw new BotError('not-permitted', port.whyNoWatch);
  const { platform, serverId, channelId } = place;
  const channel = { platform, serverId, channelId };
  const settings = await context.store.settings.changeChannel(
    channel,
    change,
    DEFAULT_SETTINGS,
    await context.settings.keptId(platform, person.id),
    context.now(),
  );
  context.settings.setChannel(place, settings);
  await responder.show(renderSettings(settings, call, 'Saved'));
}

function renderSettings(
  settings: ChannelSettings,
  { person, place, port }: Pick<CommandCall, 'person' | 'place' | 'port'>,
  heading: string,
): Reply {
  const { watch, keepHistory, retentionDays } = settings;
  const days = counted(retentionDays, 'day');
  const remarks = [
    ...(port.whyNoWatch === null ? [] : [port.whyNoWatch]),
    ...(watch && wantsNoBots(place.topic)
      ? [
          'The channel’s topic asks bots to leave its pictures alone: until that changes nothing is described here.',
        ]
      : []),
    ...(person.mayManageChannel ? [] : ['People who may manage this channel can change this.']),
  ];
  return {
    isPrivate: true,
    blocks: [
      { type: 'heading', text: heading },
      {
        type: 'facts',
        facts: [
          {
            name: 'Watch',
            value: watch
              ? 'on: each posted image without alt text is described after a while'
              : 'off: images are described when somebody asks',
          },
          { name: 'Style', value: styleOf(settings) },
          {
            name: 'History',
            value: keepHistory
              ? `on: texts and figures are kept for ${days}`
              : 'off: figures are kept, texts are not',
          },
          { name: 'Retention', value: days },
        ],
      },
      ...remarks.map(text => ({ type: 'note' as const, text })),
    ],
    actions: person.mayManageChannel
      ? [
          [
            { action: 'settings', target: 'channel', label: 'Change', style: 'primary' },
            keepHistory
              ? { action: 'history', target: 'off', label: 'Stop keeping texts', style: 'plain' }
              : { action: 'history', target: 'on', label: 'Keep texts', style: 'plain' },
          ],
        ]
      : [],
  };
}
