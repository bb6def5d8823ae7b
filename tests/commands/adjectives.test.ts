import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adjectivesCommand } from '../../src/commands/adjectives.ts';
import type { Terminal } from '../../src/commands/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'narrator-adjectives-'));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs the command and returns what it wrote to standard output. */
async function run(args: string[], stdin = '', tty = false): Promise<string> {
  const stdout: PassThrough & { isTTY?: boolean; getColorDepth?: () => number } = new PassThrough();
  if (tty) Object.assign(stdout, { isTTY: true, getColorDepth: WriteStream.prototype.getColorDepth });
  const chunks: Buffer[] = [];
  stdout.on('data', chunk => chunks.push(chunk));
  const terminal: Terminal = {
    stdin: Readable.from([stdin]),
    stdout,
    stderr: new PassThrough(),
    env: {},
    signal: new AbortController().signal,
  };
  await adjectivesCommand(terminal).exitOverride().parseAsync(args, { from: 'user' });
  return Buffer.concat(chunks).toString();
}

const CONLLU = `# sent_id = 1
# text = A red boat.
1\tA\t_\tDET\t_\t_\t_\t_\t_\t_
2\tred\t_\tADJ\t_\t_\t_\t_\t_\t_
3\tboat\t_\tNOUN\t_\t_\t_\t_\t_\tSpaceAfter=No
4\t.\t_\tPUNCT\t_\t_\t_\t_\t_\t_

# text = A blue house
1\tA\t_\tDET\t_\t_\t_\t_\t_\t_
2\tblue\t_\tNOUN\t_\t_\t_\t_\t_\tAmbiguous=Yes
3\thouse\t_\tNOUN\t_\t_\t_\t_\t_\t_

`;

describe('narrator adjectives', () => {
  // Colour depends on these, and whoever runs the tests may have set them.
  beforeEach(() => {
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('FORCE_COLOR', undefined);
    vi.stubEnv('NODE_DISABLE_COLORS', undefined);
    // Node takes a terminal on a CI server to have no colours.
    vi.stubEnv('CI', undefined);
    vi.stubEnv('TERM', 'xterm-256color');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('respects NO_COLOR on a terminal', async () => {
    vi.stubEnv('NO_COLOR', '1');
    expect(await run(['A red boat.'], '', true)).toContain('*red*');
  });

  it('marks the adjectives and prints the figures of a text', async () => {
    expect(await run(['A stunning red boat.'])).toBe(
      'A *stunning* *red* boat.\n  2 adjectives (2 different); 4 words; 50.00 per 100 words; 2.00 per noun; interpretive: stunning\n',
    );
  });

  it('says what could not be computed', async () => {
    expect(await run(['!?'])).toContain('0 words; not computed per 100 words; not computed per noun');
  });

  it('colours them on a terminal, and leaves the asterisks out', async () => {
    const text = await run(['A red boat.'], '', true);
    expect(text).toContain('\u001b[');
    expect(text).not.toContain('*');
  });

  it('lets no control character of a text reach the terminal', async () => {
    const shown = await run(['A red \u001b[2J\u0007boat.']);
    expect(shown).toContain('*red*');
    expect(shown.includes('\u001b') || shown.includes('\u0007')).toBe(false);
  });

  it('reads standard input, a text a line, where no text is given', async () => {
    const lines = (await run(['--json'], 'A red boat.\n\nA blue house.\n')).trim().split('\n');
    expect(lines.map(line => JSON.parse(line).adjectives[0])).toEqual([
      { word: 'red', start: 2, end: 5, noun: 'boat', nounStart: 6, nounEnd: 10 },
      { word: 'blue', start: 2, end: 6, noun: 'house', nounStart: 7, nounEnd: 12 },
    ]);
  });

  it('reads files, packed ones too, after the texts', async () => {
    const plain = fileOf('a.txt', 'A red boat.\r\nA tall tree.');
    const packed = fileOf('b.txt.gz', gzipSync('A blue house.\n'));
    const lines = (await run(['A calm sea.', '--file', plain, '-f', packed, '--json'])).trim().split('\n');
    expect(lines.map(line => JSON.parse(line).text)).toEqual([
      'A calm sea.',
      'A red boat.',
      'A tall tree.',
      'A blue house.',
    ]);
  });

  it('cuts a line without end, so that memory stays bounded', async () => {
    const path = fileOf('long.txt', 'red boat '.repeat(300_000));
    const lines = (await run(['--file', path, '--json'])).trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    const total = lines.reduce((sum, line) => sum + JSON.parse(line).adjectiveCount, 0);
    expect(total).toBeGreaterThan(200_000);
  });

  it.each([
    ['a file that is not there', ['--file', join(folder, 'none.txt')], 'unreadable-file'],
    ['a packed file that is not packed', ['--file', fileOf('bad.gz', 'plain')], 'unreadable-file'],
    ['--conllu beside a text', ['text', '--conllu', 'x'], 'usage'],
    ['a file that is not CoNLL-U', ['--conllu', fileOf('bad.conllu', 'one two\n')], 'not-conllu'],
    ['an empty CoNLL-U file', ['--conllu', fileOf('empty.conllu', '')], 'empty-file'],
  ])('refuses %s', async (_, args, code) => {
    await expect(run(args)).rejects.toMatchObject({ code });
  });

  it('scores the tagger on gold tokens', async () => {
    const path = fileOf('gold.conllu.gz', gzipSync(CONLLU));
    const result = JSON.parse(await run(['--conllu', path, '--json']));
    expect(result.all).toMatchObject({ tokens: 7, adjectives: 1, recall: 1, precision: 0.5 });
    expect(result.sure).toMatchObject({ tokens: 6, precision: 1, f1: 1, accuracy: 1 });
    expect(result.confusions).toEqual([['NOUN > ADJ', 1]]);
    expect(await run(['--conllu', path])).toContain('NOUN > ADJ');
  });
});
