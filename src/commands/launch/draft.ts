import { NarratorError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import type { DraftOptions } from './draft-command.ts';

export async function draft(_: Terminal, { run }: DraftOptions): Promise<void> {
  throw new NarratorError('not-yet', `The run ${run} cannot be drafted yet.`);
}
