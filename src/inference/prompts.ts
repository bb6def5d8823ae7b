import type { Style } from './engines/engine.ts';

/** Raised with every change of a prompt's words: results state it. */
export const PROMPT_VERSION = '1';

interface Prompt {
  readonly system?: string;
  readonly user: string;
}

const PROMPTS: Readonly<Record<Style, string>> = {
  vivid:
    'Describe this image in one paragraph of vivid, precise sentences. Name colours, materials, light and positions that can be seen. Do not guess what cannot be seen.',
  brief: 'Describe this image in two plain sentences.',
  alt: 'Write one plain sentence of alternative text for this image, for a person who cannot see it.',
};

/** What a language model is told to write in a style. */
export function promptFor(style: Style): Prompt {
  return { user: PROMPTS[style] };
}
