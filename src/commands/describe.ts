import { Command, InvalidArgumentError, Option } from 'commander';
import { STYLES, type Style } from '../inference/engines/engine.ts';
import type { WantedDevice } from '../inference/models/choose-device.ts';
import type { WantedDtype } from '../inference/models/dtypes.ts';
import { deviceOption, dtypeOption, revisionOption } from './model-options.ts';
import type { Terminal } from './terminal.ts';

export interface DescribeOptions {
  readonly style: Style;
  readonly engine: 'embedded' | 'vlm' | 'openai' | 'anthropic';
  readonly model?: string;
  readonly revision?: string;
  readonly device?: WantedDevice;
  readonly dtype?: WantedDtype;
  readonly threads?: number;
  readonly maxTokens?: number;
  /** In seconds. */
  readonly timeLimit?: number;
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
        .choices(['embedded', 'vlm', 'openai', 'anthropic'])
        .default('embedded'),
    )
    .option(
      '-m, --model <model>',
      'of vlm, a Hub id or a folder (see docs/models.md); of openai and anthropic, its name there',
    )
    .option(
      '--base-url <url>',
      'where the API lies: of openai, ending in /v1 (or set OPENAI_BASE_URL or ANTHROPIC_BASE_URL)',
    )
    .addOption(
      new Option('--detail <detail>', 'how closely the model of openai looks').choices([
        'low',
        'high',
        'auto',
      ]),
    )
    .addOption(revisionOption())
    .addOption(deviceOption())
    .addOption(dtypeOption())
    .option('--threads <number>', 'of vlm: how many the CPU computes with', parseCount)
    .option('--max-tokens <number>', 'of vlm: the most that it may write', parseCount)
    .option('--time-limit <seconds>', 'of vlm: the longest that it may take for an image', parseCount)
    .option('--json', 'one JSON object a line for each image (see docs/describe.md)')
    .option('--evidence <file.png>', 'save the picture with the boxes and colours that the words rest on')
    .addHelpText(
      'after',
      `
Examples:
  narrator describe photo.jpg
  narrator describe --style alt --max-chars 125 photo.jpg
  narrator describe --evidence seen.png photo.jpg
  narrator describe --engine vlm --model HuggingFaceTB/SmolVLM-256M-Instruct photo.jpg
  OPENAI_API_KEY=… narrator describe --engine openai --model M --base-url http://127.0.0.1:8000/v1 photo.jpg
  ANTHROPIC_API_KEY=… narrator describe --engine anthropic --model M photo.jpg
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
