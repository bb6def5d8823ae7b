import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NARRATOR = fileURLToPath(new URL('../../bin/narrator.js', import.meta.url));

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user would, without a terminal. */
export function runNarrator(
  args: readonly string[],
  options: { input?: Uint8Array | string; env?: Record<string, string>; cwd?: string } = {},
): Promise<Run> {
  const { input = '', env = {}, cwd } = options;
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [NARRATOR, ...args], {
    cwd,
    env: { ...inherited, ...env },
    timeout: 60_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A command that refuses its arguments does not wait for its input.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', status => resolve({ status, stdout, stderr }));
  });
}
