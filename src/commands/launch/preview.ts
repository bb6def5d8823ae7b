import { NarratorError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import type { PreviewOptions } from './preview-command.ts';

export async function preview(_: Terminal, id: string, __: PreviewOptions): Promise<void> {
  throw new NarratorError('not-yet', `The thread ${id} cannot be shown yet.`);
}
