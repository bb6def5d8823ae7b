import type { Command } from 'commander';

/** `--folder`, for all commands on runs. */
export function addFolderOption(command: Command): Command {
  return command.option('--folder <folder>', 'where runs are kept, if not in data/benchmarks');
}
