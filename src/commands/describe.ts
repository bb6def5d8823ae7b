import { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export function describeCommand(_terminal: Terminal): Command {
  return new Command('describe').description('describe images');
}
