import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { killRun } from './kill-run.ts';

test('a run that was killed again and again equals one that nobody disturbed', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kill-run-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const images = 60;
  const seen: number[] = [];
  const report = await killRun({
    ...{ folder, images, kills: 4, seesImages: false },
    drawMoment: () => ({ ms: Math.random() * 500, from: 'first-answer' }),
    onKill: ({ stored }) => seen.push(stored),
  });
  // It was killed at work, each time.
  expect(seen.at(-1)).toBeGreaterThan(0);
  expect(seen.at(-1)).toBeLessThan(2 * images);
  expect(report.record.state).toBe('finished');
  expect(report.linesOfItems).toEqual(Array.from({ length: 2 * images }, () => 1));
  expect(report.lost).toEqual([]);
  expect(report.askedAgain).toBeLessThanOrEqual(report.mostAskedAgain);
  expect(report.killed).toEqual(report.undisturbed);
  expect(Object.keys(report.killed['rewrite:openai:m']!)).toHaveLength(images);
});
