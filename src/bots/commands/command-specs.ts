import { STYLES } from '../../inference/engines/engine.ts';

/** An option of a command. Discord makes an application command option of it, Slack reads `name:value`. */
export type OptionSpec = {
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
} & (
  | { readonly kind: 'image' }
  | { readonly kind: 'text'; readonly maxChars: number; readonly isRequired?: boolean }
  | { readonly kind: 'person' }
  | { readonly kind: 'switch' }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** One of the configured engines: completed while typing. */
  | { readonly kind: 'engine' }
);

export interface CommandSpec {
  readonly name: CommandName;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  /** Only the person who asks sees the answer. */
  readonly isPrivate: boolean;
}

export const COMMAND_NAMES = [
  'describe',
  'adjectives',
  'stats',
  'leaderboard',
  'goals',
  'benchmark',
  'settings',
  'privacy',
  'help',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** The name of the message context menu entry on Discord and of the message shortcut on Slack. */
export const DESCRIBE_SHORTCUT = 'Describe image';

/** The commands, in the order in which help lists them. */
export const COMMAND_SPECS: readonly CommandSpec[] = [
  {
    name: 'describe',
    description: 'Describe an image: attach one, or give its address',
    isPrivate: false,
    options: [
      { name: 'image', kind: 'image', description: 'The image' },
      { name: 'url', kind: 'text', maxChars: 2000, description: "The image's address on the web" },
      { name: 'style', kind: 'choice', choices: STYLES, description: 'How it is written' },
      { name: 'engine', kind: 'engine', description: 'What describes it' },
    ],
  },
  {
    name: 'adjectives',
    description: 'Find and count the adjectives of a text',
    isPrivate: true,
    options: [{ name: 'text', kind: 'text', maxChars: 4000, isRequired: true, description: 'The text' }],
  },
  {
    name: 'stats',
    description: 'Adjective density over time, of a channel, a person or a model',
    isPrivate: false,
    options: [
      { name: 'of', kind: 'choice', choices: ['channel', 'person', 'model'], description: 'Of what' },
      { name: 'person', kind: 'person', description: 'Whose, where it is a person' },
      { name: 'model', kind: 'text', maxChars: 200, description: 'Which model' },
      { name: 'days', kind: 'number', min: 1, max: 365, description: 'How many days back (30)' },
    ],
  },
  {
    name: 'leaderboard',
    description: 'Whose pictures were described most richly, where the server wants that',
    isPrivate: false,
    options: [
      { name: 'enable', kind: 'switch', description: 'Turn it on or off (who may manage the server)' },
      { name: 'days', kind: 'number', min: 1, max: 365, description: 'How many days back (30)' },
    ],
  },
  { name: 'goals', description: 'How the launch does against its goals', isPrivate: false, options: [] },
  { name: 'benchmark', description: 'What was measured last', isPrivate: false, options: [] },
  {
    name: 'settings',
    description: 'How the bot behaves in this channel',
    isPrivate: true,
    options: [
      { name: 'watch', kind: 'switch', description: 'Describe each posted image without alt text' },
      { name: 'style', kind: 'choice', choices: STYLES, description: 'How descriptions are written' },
      { name: 'history', kind: 'switch', description: 'Keep the texts of descriptions' },
      { name: 'retention', kind: 'number', min: 1, max: 365, description: 'Days that they are kept (30)' },
    ],
  },
  {
    name: 'privacy',
    description: 'What is kept about you, how to opt out, and how to be forgotten',
    isPrivate: true,
    options: [
      {
        name: 'do',
        kind: 'choice',
        choices: ['show', 'opt-out', 'opt-in', 'forget-me'],
        description: 'What to do',
      },
    ],
  },
  { name: 'help', description: 'What the bot can do', isPrivate: true, options: [] },
];
