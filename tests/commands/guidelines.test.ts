import { expect, test } from 'vitest';
import { runNarrator } from './run-narrator.ts';

test('names each rule, the words that break it, their place and the guideline; exit status 1', async () => {
  const { status, stdout, stderr } = await runNarrator(['guidelines', 'We see a person who was waving.']);
  expect(stderr).toBe('');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^Third person +broken +We \(0\) +DCMP/m);
  expect(stdout).toMatch(/^Present tense +broken +was \(20\) /m);
  expect(stdout).toMatch(/^Active voice +kept +DCMP/m);
  expect(stdout).toContain('8 of 11 rules kept. 7 words, 2.3 seconds to say.');
  expect(stdout).not.toContain('gap');
});

test('a text that keeps all rules: exit status 0, from standard input, as JSON', async () => {
  const { status, stdout } = await runNarrator(['guidelines', '-', '--gap', '5', '--json'], {
    input: 'A red kite rises over grey roofs.\n',
  });
  expect(status).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    text: 'A red kite rises over grey roofs.',
    kept: 12,
    applicable: 12,
    words: 7,
  });
  expect(report.rules).toContainEqual({ rule: 'fits-gap', outcome: 'kept', offences: [] });
});

test('used wrongly: exit status 2', async () => {
  for (const wrong of [
    ['guidelines'],
    ['guidelines', ' '],
    ['guidelines', 'A kite.', '--gap', '0'],
    ['guidelines', 'A kite.', '--extended'],
  ]) {
    const { status, stderr } = await runNarrator(wrong);
    expect(status, wrong.join(' ')).toBe(2);
    expect(stderr).not.toBe('');
  }
});
