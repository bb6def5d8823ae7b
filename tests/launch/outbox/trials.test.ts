import { expect, it } from 'vitest';
import { playTrials } from './play-trials.ts';

it('posts every thread once and whole, or stops and asks, whatever fails: 40 trials (npm run bench:threads has 500)', async () => {
  const trials = await playTrials({ trials: 40, seed: 7, killEvery: 20, atATime: 10 });
  for (const trial of trials) expect(trial).toMatchObject({ duplicates: 0, wrongs: [] });
  // The trials are worth something: faults stopped some, and processes were killed.
  expect(new Set(trials.map(({ outcome }) => outcome))).toEqual(new Set(['complete', 'stopped']));
  expect(trials.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThan(0);
}, 60_000);

it('would find an outbox that does not look before it sends again', async () => {
  const trials = await playTrials({ trials: 12, seed: 7, killEvery: 100, atATime: 12, isBlind: true });
  expect(trials.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBeGreaterThan(0);
}, 60_000);
