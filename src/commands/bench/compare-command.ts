import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';

export interface BenchCompareOptions {
  readonly with?: string;
  readonly json?: boolean;
  readonly folder?: string;
}

/** `narrator bench compare`: the paired tests between two contenders. */
export function benchCompareCommand(terminal: Terminal): Command {
  const command = new Command('compare')
    .summary('the paired tests between two contenders of a run, or of two runs')
    .argument('<run>', 'the run’s id, or latest for the newest finished one')
    .argument('<a>', 'a contender of the run')
    .argument('<b>', 'another one')
    .option('--with <run>', 'the run that b is of, on the same data set with the same prompt')
    .option('--json', 'one JSON object');
  return addFolderOption(command).action(
    async (run: string, a: string, b: string, options: BenchCompareOptions) => {
      const { compareInBench } = await import('./compare-in-bench.ts');
      await compareInBench(terminal, { run, a, b }, options);
    },
  );
}
