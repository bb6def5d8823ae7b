import type { SystemMemory } from '../memory.ts';

/**
 * Memory that a model takes on the CPU for each byte of its ONNX files. A made model of 403 MB took 1.08 times its
 * size when it was first loaded and 1.18 times at most when it was loaded again (docs/models.md); the rest is reserve.
 */
const PER_BYTE = 1.25;

/** For the runtime itself, the pictures and the key/value cache of one description with a small model. */
const BASE_BYTES = 400e6;

/** How much memory a model needs, in bytes. An estimate from the size of its ONNX files. */
export function estimateMemory(onnxBytes: number): number {
  return BASE_BYTES + PER_BYTE * onnxBytes;
}

export type Fit = 'fits' | 'fits when other programs end' | 'too large';

/**
 * Whether a model fits into this machine's memory.
 *
 * @param need in bytes
 * @param memory of this machine or its container
 */
export function fitOf(need: number, { free, total }: Pick<SystemMemory, 'free' | 'total'>): Fit {
  if (need <= free) return 'fits';
  return need <= total ? 'fits when other programs end' : 'too large';
}
