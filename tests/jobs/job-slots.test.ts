import { expect, it } from 'vitest';
import { describeOnBothStores } from '../store/both-stores.ts';
import { findSlotFaults, playSlots, type SlotPlayResult } from './play-slots.ts';

const SLOTS = 40;

await describeOnBothStores('job slots', stores => {
  it('are each run exactly once by processes that are killed at random', async () => {
    const config = await stores.makeDatabase();
    const result = await playSlots({
      config,
      ...{ slots: SLOTS, everyMs: 50, leaseMs: 1500, processes: 3, killEveryMs: 600, limitMs: 25_000 },
    });
    expect(findSlotFaults(result, SLOTS)).toEqual([]);
    expect(result.killed.size).toBeGreaterThan(1);
  });
});

it('what finds faults in slots finds a run too many, an overlap and a false loss', () => {
  const run = { id: 'x', slot: 1, attempt: 1, process: '7', startedAt: 1, endedAt: 2, error: null } as const;
  const runs = [
    { ...run, job: 'once', outcome: 'done' },
    { ...run, job: 'again', outcome: 'lost' },
    { ...run, job: 'again', attempt: 2, outcome: 'done' },
  ] as const;
  const trace = { slot: 1, pid: 7, at: 1 } as const;
  const traces = [
    { ...trace, job: 'once', what: 'begin' },
    { ...trace, job: 'once', what: 'begin', pid: 8 },
    { ...trace, job: 'once', what: 'end', pid: 8 },
    { ...trace, job: 'again', what: 'end' },
  ] as const;
  const result: SlotPlayResult = { runs, traces, killed: new Map(), tookMs: 1 };
  expect(findSlotFaults(result, 1)).toEqual([
    expect.stringMatching(/^once 1: done, begun 2 times/),
    expect.stringMatching(/^once: 1 began while 1 was at work/),
    expect.stringMatching(/^again 1: lost, done, its process lives/),
  ]);
});
