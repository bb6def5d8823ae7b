import type { ProcessLimits } from '../../inference/isolation/inference-process.ts';
import { totalMemory } from '../../inference/memory.ts';

/** The most items that a contender may be asked for at once. */
export const MOST_AT_ONCE = 16;

/** What a process that is benchmarked may take: one source asks, and knows how many at a time. */
export const PROCESS_LIMITS: Omit<ProcessLimits, 'concurrency'> = {
  queue: { maxItems: MOST_AT_ONCE, maxBytes: 400_000_000, sourceShare: 1 },
  maxMemory: Math.round(0.85 * totalMemory()),
  graceMs: 5000,
  loadMs: 1_800_000,
  idleMs: 3_600_000,
};
