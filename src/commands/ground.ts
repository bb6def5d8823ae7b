import { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export interface GroundOptions {
  readonly image: string;
  readonly text?: string;
  readonly reference: readonly string[];
  readonly json?: boolean;
}

/** `narrator ground --image <file | URL | -> --text <text>` */
export function groundCommand(terminal: Terminal): Command {
  return new Command('ground')
    .summary('check the adjectives of a text against an image')
    .description('Checks each adjective and number of a text against the pixels of an image.')
    .requiredOption('-i, --image <image>', 'a file, an http(s) URL, or - for standard input')
    .option('-t, --text <text>', 'the text to check; from standard input when absent or -')
    .option('-r, --reference <text>', 'what a person wrote of the image; may be given again', collect, [])
    .option('--json', 'one JSON object (see docs/grounding.md)')
    .addHelpText(
      'after',
      `
Examples:
  narrator ground --image photo.jpg --text "A red bicycle leans on a yellow wall."
  narrator ground --image photo.jpg --json < description.txt`,
    )
    .action(async (options: GroundOptions) => {
      // The libraries for images and models take a while to load: other commands and --help do without.
      const { groundDescription } = await import('./ground-description.ts');
      await groundDescription(terminal, options);
    });
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
