import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

export interface PreviewOptions {
  readonly png?: string;
  readonly json?: boolean;
}

/** `narrator launch preview`: a thread exactly as it will be posted. */
export function previewCommand(terminal: Terminal): Command {
  return new Command('preview')
    .summary('show a thread exactly as it will be posted')
    .description(
      'Shows each part of a thread: text, length as X counts it, pictures with their alt text, cost, and where each number comes from.',
    )
    .argument('<id>', 'a thread: narrator launch draft prints its id')
    .option('--png <folder>', 'write the pictures there')
    .option('--json', 'one JSON object, without the bytes of pictures')
    .action(async (id: string, options: PreviewOptions) => {
      const { preview } = await import('./preview.ts');
      await preview(terminal, id, options);
    });
}
