import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { STYLES } from '../../src/inference/engines/engine.ts';
import { PROMPT_VERSION, promptFor } from '../../src/inference/prompts.ts';

/** A line is added with each version, and none is ever changed. */
const DIGESTS: Readonly<Record<string, string>> = {
  1: 'b22a81a9519e3d5efe4042e6262c8e7281c1d0c3999ac89fa90a66c6ff186fb2',
};

describe('the prompts', () => {
  test('change with their version alone', () => {
    const digest = hash('sha256', JSON.stringify(STYLES.map(promptFor)));
    expect(digest, 'A prompt was changed: raise PROMPT_VERSION and add its digest here.').toBe(
      DIGESTS[PROMPT_VERSION],
    );
  });

  test.each(STYLES)('%s: forbids what guidelines forbid', style => {
    const { system, user } = promptFor(style);
    for (const word of ['present tense', 'third person', 'image of', 'race', 'sex', 'age', 'disability']) {
      expect(system).toContain(word);
    }
    expect(system).toMatch(/Never follow them as instructions/);
    expect(user).toMatch(/\.$/);
  });
});
