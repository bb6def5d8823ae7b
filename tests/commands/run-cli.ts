import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/narrator.js', import.meta.url));

/** Runs the real program and waits for its end. */
export async function runCli(
  ...words: string[]
): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { env: { ...process.env, NO_COLOR: '1' } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', part => {
    out += part;
  });
  child.stderr.setEncoding('utf8').on('data', part => {
    err += part;
  });
  const status = await new Promise<number | null>(resolve => child.on('close', resolve));
  return { status, out, err };
}
