import { readFileSync } from 'node:fs';
import { drawPng } from '../../../src/inference/image/encode-png.ts';

/** What the engine of `misbehaving-child.ts` does with a picture of this width. */
export const BEHAVIOURS = {
  well: 10,
  /** Computes for ever and never yields. */
  endless: 11,
  eatsMemory: 12,
  aborts: 13,
  segfaults: 14,
  /** Waits 10 ms for each row and stops when told to. */
  cooperative: 15,
  /** Waits 10 ms for each row, told or not. */
  stubborn: 16,
  throws: 17,
  refuses: 18,
  streams: 19,
} as const;

export interface MisbehavingConfig {
  readonly model?: string;
  readonly loadMs?: number;
  readonly loadFault?: boolean;
  /** Its pictures cannot be measured. */
  readonly measureFault?: boolean;
}

export const MISBEHAVING_CHILD = new URL('misbehaving-child.ts', import.meta.url);

/** A PNG file that has the engine behave so; another height, 1024 at most, is another picture. */
export function picture(behaviour: keyof typeof BEHAVIOURS, height = 8): Uint8Array {
  return drawPng(BEHAVIOURS[behaviour], height, () => [0, 128, 128]);
}

/** Whether a process runs; one that ended and that nobody has collected yet does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // proc(5): the state follows the name in brackets.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
