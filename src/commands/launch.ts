import { Command } from 'commander';
import { approveCommand, auditCommand, editCommand, rejectCommand } from './launch/approval-commands.ts';
import { draftCommand } from './launch/draft-command.ts';
import { cancelCommand, postCommand, resumeCommand, statusCommand } from './launch/post-commands.ts';
import { previewCommand } from './launch/preview-command.ts';
import type { Terminal } from './terminal.ts';

/** `narrator launch …`: from a benchmark run to a thread that a person approved. */
export function launchCommand(terminal: Terminal): Command {
  return new Command('launch')
    .summary('make a thread of a benchmark run, and post it once approved')
    .description(
      'From a benchmark run to a posted thread: draft, preview, approve, post. See docs/launch.md.',
    )
    .addCommand(draftCommand(terminal))
    .addCommand(previewCommand(terminal))
    .addCommand(editCommand(terminal))
    .addCommand(approveCommand(terminal))
    .addCommand(rejectCommand(terminal))
    .addCommand(postCommand(terminal))
    .addCommand(statusCommand(terminal))
    .addCommand(cancelCommand(terminal))
    .addCommand(resumeCommand(terminal))
    .addCommand(auditCommand(terminal));
}
