import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { RunProgress } from '../../src/benchmarks/run.ts';
import { startBenchProgress } from '../../src/commands/bench/bench-progress.ts';
import type { Terminal } from '../../src/commands/terminal.ts';

const at = (done: number, parts: Partial<RunProgress> = {}): RunProgress => ({
  ...{ contender: 'embedded', step: 'predicting', done, total: 30, failed: 0 },
  ...parts,
});

it('a log gets a line every ten seconds, with the time left by the pace of this go', () => {
  const stderr = new PassThrough();
  let now = 0;
  const progress = startBenchProgress({ stderr } as unknown as Terminal, () => now);
  // Ten were there before.
  progress.show(at(10, { step: 'preparing' }));
  progress.show(at(10));
  for (let second = 1; second <= 20; second++) {
    now = second * 1000;
    progress.show(at(10 + second, { failed: second > 15 ? 1 : 0 }));
  }
  progress.show(at(30, { step: 'done', failed: 1 }));
  expect(String(stderr.read()).trim().split('\n')).toEqual([
    'embedded: 10 of 30 · loading',
    'embedded: 20 of 30 · 10 s left',
    'embedded: 30 of 30 · 1 failed · 0 s left',
    'embedded: 30 of 30 · 1 failed, done',
  ]);
});

it('a terminal gets a bar for each contender', () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
  const progress = startBenchProgress({ stderr } as unknown as Terminal);
  progress.show(at(0));
  progress.show(at(30, { step: 'done' }));
  progress.show(at(0, { contender: 'openai:m' }));
  progress.show(at(12, { contender: 'openai:m', failed: 2 }));
  progress.stop();
  const drawn = String(stderr.read());
  expect(drawn).toMatch(/embedded .*30 of 30/s);
  expect(drawn).toMatch(/openai:m .*12 of 30 · 2 failed/s);
});
