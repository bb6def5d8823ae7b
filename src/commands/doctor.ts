import { Command } from 'commander';
import type { Finding, Verdict } from '../doctor/finding.ts';
import { ExitStatus, paint, type Terminal } from './terminal.ts';

interface DoctorOptions {
  readonly json?: boolean;
}

/** `narrator doctor` */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .summary('check that all that is needed is there and works')
    .description(
      'Checks this machine and this installation, and has each engine that is set up describe a drawn picture.',
    )
    .option('--json', 'one JSON object with all findings (see docs/operations.md)')
    .addHelpText('after', '\nExit status: 1 where something that is set up does not work.')
    .action(async ({ json = false }: DoctorOptions) => {
      const { examine } = await import('../doctor/examine.ts');
      const findings: Finding[] = [];
      for await (const finding of examine(terminal.env, terminal.signal)) {
        findings.push(finding);
        if (!json) print(terminal, finding);
      }
      const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
      if (json) {
        terminal.stdout.write(`${JSON.stringify({ ok: failed === 0, findings }, undefined, 2)}\n`);
      } else {
        terminal.stdout.write(
          failed === 0
            ? '\nAll that is set up works.\n'
            : `\n${failed} of ${findings.length} checks failed.\n`,
        );
      }
      if (failed > 0) throw new ExitStatus(1);
    });
}

const COLOURS = { ok: 'green', note: 'dim', warn: 'yellow', fail: 'red' } as const satisfies Record<
  Verdict,
  string
>;

function print({ stdout }: Terminal, { check, verdict, message }: Finding): void {
  stdout.write(`${paint(stdout, COLOURS[verdict], verdict.padEnd(5))} ${check.padEnd(16)} ${message}\n`);
}
