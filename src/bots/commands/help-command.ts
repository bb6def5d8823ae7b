import type { CommandCall } from './bot-commands.ts';
import type { Platform } from './bot-port.ts';
import { COMMAND_SPECS, DESCRIBE_SHORTCUT } from './command-specs.ts';
import type { Context } from './context.ts';

/** `help`: the commands as they are typed there, and the other ways to ask. */
export async function helpCommand(_context: Context, { place, responder }: CommandCall): Promise<void> {
  await responder.show({
    isPrivate: true,
    blocks: [
      { type: 'heading', text: 'What I can do' },
      {
        type: 'text',
        text: `I describe images in words, and say how many of the adjectives the picture bears out. Mention me with an image or in a reply to one, or choose "${DESCRIBE_SHORTCUT}" in the menu of a message.`,
      },
      {
        type: 'facts',
        facts: COMMAND_SPECS.map(({ name, description }) => ({
          name: typedCommand(place.platform, name),
          value: description,
        })),
      },
      {
        type: 'note',
        text: 'Write #nobot or #noai in a channel’s topic to keep me away from its pictures.',
      },
    ],
    actions: [],
  });
}

/** Slack has one command for all, with sub-commands. */
function typedCommand(platform: Platform, name: string): string {
  return platform === 'slack' ? `/narrate ${name}` : `/${name}`;
}
