import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { startPullDisplay } from '../../src/commands/pull-progress.ts';
import type { Terminal } from '../../src/commands/terminal.ts';

it('a log gets a line every ten seconds, with rate and time left', () => {
  const stderr = new PassThrough();
  let now = 0;
  const display = startPullDisplay({ stderr } as unknown as Terminal, 'made-here/tiny', () => now);
  for (let second = 0; second <= 40; second++) {
    now = second * 1000;
    display.show({ doneBytes: second * 1e6, totalBytes: 40e6 });
  }
  display.show({ doneBytes: 40e6, totalBytes: 40e6 });
  display.stop();
  expect(String(stderr.read()).trim().split('\n')).toEqual([
    'made-here/tiny: 0.0 MB of 40 MB, …, …',
    'made-here/tiny: 10 MB of 40 MB, 1.0 MB/s, 30 s left',
    'made-here/tiny: 20 MB of 40 MB, 1.0 MB/s, 20 s left',
    'made-here/tiny: 30 MB of 40 MB, 1.0 MB/s, 10 s left',
    'made-here/tiny: 40 MB, done',
  ]);
});

it('a terminal gets a bar that ends with the download', () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
  const display = startPullDisplay({ stderr } as unknown as Terminal, 'made-here/tiny');
  display.show({ doneBytes: 1e6, totalBytes: 4e6 });
  display.show({ doneBytes: 4e6, totalBytes: 4e6 });
  expect(String(stderr.read())).toMatch(/made-here\/tiny .*100 % · 4\.0 MB of 4\.0 MB/s);
  display.show({ doneBytes: 4e6, totalBytes: 4e6 });
  expect(stderr.read()).toBeNull();
});
