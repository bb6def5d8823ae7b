import { text as readAll } from 'node:stream/consumers';
import { Command, InvalidArgumentError } from 'commander';
import { NarratorError } from '../errors.ts';
import { findQuotes } from '../inference/find-quotes.ts';
import {
  checkGuidelines,
  DEFAULT_WORDS_PER_MINUTE,
  type GuidelineReport,
  type SpokenGap,
} from '../metrics/audio-description/check-guidelines.ts';
import { GUIDELINE_RULES } from '../metrics/audio-description/rules.ts';
import { formatTable } from './format-table.ts';
import { ExitStatus, type Terminal } from './terminal.ts';

interface GuidelinesOptions {
  readonly gap?: number;
  readonly extended?: boolean;
  readonly wordsPerMinute: number;
  readonly json?: boolean;
}

/** `narrator guidelines`: a text against published guidelines for audio description. See docs/audio-description.md. */
export function guidelinesCommand(terminal: Terminal): Command {
  return new Command('guidelines')
    .description('check a text against published guidelines for audio description')
    .argument('<text>', 'the text, or - for standard input')
    .option('--gap <seconds>', 'the pause that it has to be spoken in', positive)
    .option('--extended', 'the film is halted meanwhile: any length fits')
    .option('--words-per-minute <number>', 'how fast it is spoken', positive, DEFAULT_WORDS_PER_MINUTE)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit status: 0 all rules kept, 1 some broken, 2 used wrongly.')
    .action((text: string, options: GuidelinesOptions) => check(terminal, text, options));
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

async function check(terminal: Terminal, given: string, options: GuidelinesOptions): Promise<void> {
  if (options.extended && options.gap === undefined)
    throw new NarratorError('usage', '--extended belongs to a gap: give its seconds with --gap.');
  const text = (given === '-' ? await readAll(terminal.stdin) : given).trim();
  if (text === '') throw new NarratorError('usage', 'There is no text to check.');
  const gap: SpokenGap | null =
    options.gap === undefined
      ? null
      : { seconds: options.gap, playback: options.extended ? 'extended' : 'inline' };
  const report = checkGuidelines(text, {
    gap,
    wordsPerMinute: options.wordsPerMinute,
    quotes: findQuotes(text),
  });
  terminal.stdout.write(options.json ? `${JSON.stringify({ text, ...report }, null, 2)}\n` : toText(report));
  if (report.kept < report.applicable) throw new ExitStatus(1);
}

function toText({ rules, kept, applicable, words, seconds }: GuidelineReport): string {
  const rows = rules
    .filter(({ outcome }) => outcome !== 'not applicable')
    .map(({ rule, outcome, offences }) => {
      const { title, source } = GUIDELINE_RULES.find(({ id }) => id === rule)!;
      const where = offences.map(offence => `${printable(offence.words)} (${offence.start})`).join(', ');
      return [title, outcome, where, source];
    });
  return `${formatTable(['Rule', '', 'Words (place)', 'Guideline'], rows)}\n${kept} of ${applicable} rules kept. ${words} words, ${seconds.toFixed(1)} seconds to say.\n`;
}

/** Without the control characters that could drive the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
