import { Command, InvalidArgumentError, Option } from 'commander';
import { STYLES, type Style } from '../inference/engines/engine.ts';
import type { Terminal } from './terminal.ts';

export interface DescribeOptions {
  readonly style: Style;
  readonly engine: 'embedded' | 'openai';
  readonly model?: string;
  readonly baseUrl?: string;
  readonly detail?: 'low' | 'high' | 'auto';
  readonly maxChars?: number;
  readonly json?: boolean;
  readonly evidence?: string;
}

/** `narrator describe <file | URL | ->…` */
export function describeCommand(terminal: Terminal): Command {
  return new Command('describe')
    .summary('describe images')
    .description('Describes images, each with a report of its adjectives.')
    .argument('<image...>', 'a file, an http(s) URL, or - for standard input')
    .addOption(
      new Option('-s, --style <style>', 'vivid, brief, or alt: one plain sentence for a screen reader')
        .choices(STYLES)
        .default('vivid'),
    )
    .option('--max-chars <number>', "the longest text; it is cut at a sentence's end", parseCount)
    .addOption(
      new Option('-e, --engine <engine>', 'what describes')
        .choices(['embedded', 'openai'])
        .default('embedded'),
    )
    .option('-m, --model <model>', 'the model that the openai engine asks for')
    .option('--base-url <url>', 'where its API lies, ending in /v1 (or set OPENAI_BASE_URL)')
    .addOption(
      new Option('--detail <detail>', 'how closely its model looks').choices(['low', 'high', 'auto']),
    )
    .option('--json', 'one JSON object a line for each image (see docs/describe.md)')
    .option('--evidence <file.png>', 'save the picture with the boxes and colours that the words rest on')
    .addHelpText(
      'after',
      `
Examples:
  narrator describe photo.jpg
  narrator describe --style alt --max-chars 125 photo.jpg
  narrator describe --evidence seen.png photo.jpg
  OPENAI_API_KEY=… narrator describe --engine openai --model M --base-url http://127.0.0.1:8000/v1 photo.jpg
  curl -s https://example.org/photo.jpg | narrator describe --json -`,
    )
    .action(async (sources: string[], options: DescribeOptions) => {
      // The libraries for images and models take a while to load: other commands and --help do without.
      const { describeImages } = await import('./describe-images.ts');
      await describeImages(terminal, sources, options);
    });
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('It has to be a whole number, 1 or more.');
  return count;
}
