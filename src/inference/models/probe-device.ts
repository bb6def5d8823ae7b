import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Device } from './dtypes.ts';

/** Starting the driver and compiling its first shaders can take seconds; a device that takes longer has hung. */
const TIME_LIMIT_MS = 30_000;

const Answer = z.object({ milliseconds: z.number().positive() });

/** What a device did with a small network: the time that it took, or why it could not. */
export type ProbedDevice = { readonly milliseconds: number } | { readonly fault: string };

/**
 * Tries whether a device runs a model, in a process of its own: a broken driver can hang a process or end it.
 *
 * @throws the signal's reason when aborted
 */
export async function probeDevice(device: Device, signal?: AbortSignal): Promise<ProbedDevice> {
  // In TypeScript or, in the published package, JavaScript: as this file is.
  const extension = path.extname(fileURLToPath(import.meta.url));
  const script = fileURLToPath(new URL(`probe-device-process${extension}`, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, device], {
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
      signal,
    });
    return Answer.parse(JSON.parse(stdout.trim().split('\n').at(-1)!));
  } catch (error) {
    signal?.throwIfAborted();
    const lines = String((error as { stderr?: string }).stderr ?? error).split('\n');
    const fault = lines.findLast(line => line.startsWith('fault: '))?.slice('fault: '.length);
    return { fault: fault ?? 'the process that tried it ended without an answer' };
  }
}
