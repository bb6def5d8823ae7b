import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ContenderOptions,
  createContender,
} from '../../../src/benchmarks/contenders/create-contender.ts';
import { readCaptionFile } from '../../../src/benchmarks/contenders/recorded-contender.ts';
import {
  REWRITE_PROMPT_VERSION,
  rewritePromptFor,
} from '../../../src/benchmarks/contenders/rewrite-prompt.ts';
import { createSceneSource, type SceneSource } from '../../../src/benchmarks/contenders/scene-source.ts';
import type { BenchmarkItem } from '../../../src/benchmarks/dataset.ts';
import { readBenchmarkSettings } from '../../../src/config/env.ts';
import { drawPng } from '../../../src/inference/image/encode-png.ts';
import { PROMPT_VERSION } from '../../../src/inference/prompts.ts';
import { tells } from '../../inference/engines/anthropic/messages-server.ts';
import { event, piece, serveChat, streams } from '../../inference/engines/openai/chat-server.ts';
import { makeTinyModel } from '../../inference/engines/vlm/make-tiny-models.ts';

const signal = new AbortController().signal;
let folder: string;
let scenes: SceneSource;
let item: BenchmarkItem;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'contenders-'));
  scenes = createSceneSource(path.join(folder, 'cache'), process.env, () => {});
  const image = path.join(folder, 'sky.png');
  await writeFile(
    image,
    drawPng(160, 120, (_, y) => (y < 0.5 ? [90, 160, 235] : [40, 120, 50])),
  );
  item = { id: '7', image, references: ['A blue sky.'], group: null, gap: null };
});
afterAll(async () => {
  await scenes.close();
  await rm(folder, { recursive: true });
});

function make(spec: string, env: Record<string, string> = {}, more: Partial<ContenderOptions> = {}) {
  return createContender(spec, {
    settings: readBenchmarkSettings({ NARRATOR_CACHE: path.join(folder, 'cache'), ...env }),
    ...{ env: process.env, style: 'brief', maxTokens: 60, prices: null, captions: null, scenes },
    onWarning: () => {},
    ...more,
  });
}

async function recordedFile(name: string, rows: object): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, JSON.stringify(rows));
  return file;
}

const answer = streams([
  piece('A blue sky'),
  piece(' above a green field.'),
  piece(null, 'stop'),
  event({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 10 } }),
]);

test('the embedded engine is loaded before it is timed, and tells the memory of its own process', async () => {
  const contender = make('embedded');
  const loadMs = await contender.prepare(signal);
  const predicted = await contender.predict(item, signal);
  const first = await contender.trials!.coldStart!(item, signal);
  await contender.close();
  expect(loadMs).toBeGreaterThan(0);
  expect(first).toBeGreaterThan(predicted.describeMs!);
  expect(predicted).toMatchObject({ firstTextMs: null, quotes: [] });
  expect(predicted.text).toMatch(/\.$/);
  expect(predicted.grounding!.supported).toBeGreaterThan(0);
  // A process that loaded a detector and a text reader, not this one's figure.
  expect(predicted.usage!.peakMemoryBytes).toBeGreaterThan(100e6);
  expect(contender.identity()).toMatchObject({ engine: 'embedded', promptVersion: null, maxTokens: null });
  expect(contender.identity().model).toContain('centernet');
});

test('an endpoint streams, and its text is checked against the picture', async () => {
  const server = await serveChat(answer);
  const contender = make(
    'openai:m-7b',
    { OPENAI_BASE_URL: server.baseUrl },
    { prices: { input: 2, output: 10 } },
  );
  expect(await contender.prepare(signal)).toBeNull();
  // Loading it costs nothing and asks nothing.
  expect(server.requests).toHaveLength(0);
  const predicted = await contender.predict(item, signal);
  await contender.close();
  expect(predicted.text).toBe('A blue sky above a green field.');
  expect(predicted.firstTextMs).toBeGreaterThan(0);
  expect(predicted.grounding).toMatchObject({ supported: 1, contradicted: 0 });
  expect(predicted.usage).toMatchObject({ inputTokens: 1000, outputTokens: 10 });
  expect(predicted.usage!.costUsd).toBeCloseTo(0.0021, 10);
  expect(server.requests[0]!.body).toMatchObject({ max_tokens: 60, temperature: 0 });
  expect(contender.identity()).toEqual({
    ...{ engine: 'openai', model: 'm-7b', revision: null, promptVersion: PROMPT_VERSION, maxTokens: 60 },
    parametersB: 7,
    remarks: [expect.stringContaining(server.address)],
  });
});

test('a model that runs here tells its revision, tokens, first words and memory', async () => {
  const model = await makeTinyModel(path.join(folder, 'tiny-256M'), 'smolvlm');
  const contender = make(`vlm:${model}`);
  expect(await contender.prepare(signal)).toBeGreaterThan(0);
  const { text, firstTextMs, describeMs, usage } = await contender.predict(item, signal);
  await contender.close();
  expect(text).not.toBe('');
  expect(firstTextMs).toBeGreaterThan(0);
  expect(describeMs).toBeGreaterThan(0);
  expect(usage).toMatchObject({ outputTokens: expect.any(Number), peakMemoryBytes: expect.any(Number) });
  expect(contender.identity()).toMatchObject({
    ...{ engine: 'vlm', promptVersion: PROMPT_VERSION, maxTokens: 60, parametersB: 0.256 },
    ...{ model: expect.stringMatching(/^tiny-256M \(/), revision: expect.stringMatching(/^[0-9a-f]+$/) },
  });
});

test('every rewriter is given the same words, and no image', async () => {
  const server = await serveChat(answer, tells('unused'));
  const file = await recordedFile('captions.json', [{ image_id: 7, caption: 'A field.' }]);
  const captions = { ...(await readCaptionFile(file)), file };
  const contender = make('rewrite:openai:m', { OPENAI_BASE_URL: server.baseUrl }, { captions });
  await contender.prepare(signal);
  const predicted = await contender.predict(item, signal);
  expect(predicted).toMatchObject({ text: 'A blue sky above a green field.', grounding: { supported: 1 } });
  const prompt = rewritePromptFor('brief', 'A field.');
  expect(server.requests[0]!.body.messages).toEqual([
    { role: 'system', content: prompt.system },
    { role: 'user', content: [{ type: 'text', text: prompt.user }] },
  ]);
  expect(prompt.user).toContain('Caption: A field.');
  const { promptVersion, remarks } = contender.identity();
  expect(promptVersion).toBe(REWRITE_PROMPT_VERSION);
  expect(remarks.join(' ')).toContain(captions.hash.slice(0, 12));
  await expect(contender.predict({ ...item, id: '8' }, signal)).rejects.toMatchObject({
    code: 'benchmark-missing',
  });
  await contender.close();
});

test('recorded predictions are taken as they are: nothing is timed', async () => {
  const file = await recordedFile('blip2.json', [{ image_id: 7, caption: 'a red sky “OPEN”' }]);
  const contender = make(`recorded:${file}=BLIP-2 2.7B`);
  await contender.prepare(signal);
  expect(await contender.predict(item, signal)).toMatchObject({
    ...{ text: 'a red sky “OPEN”', describeMs: null, firstTextMs: null, usage: null },
    ...{ grounding: { supported: 0, contradicted: 1 }, quotes: [{ start: 11, end: 15 }] },
  });
  // Without a picture there is the text alone.
  expect((await contender.predict({ ...item, image: null }, signal)).grounding).toBeNull();
  await expect(contender.predict({ ...item, id: '8' }, signal)).rejects.toMatchObject({
    code: 'benchmark-missing',
  });
  const identity = contender.identity();
  expect(identity).toMatchObject({
    engine: 'recorded',
    model: 'BLIP-2 2.7B',
    parametersB: 2.7,
    promptVersion: null,
  });
  expect(identity.revision).toBe((await readCaptionFile(file)).hash);
  expect(contender.trials).toBeNull();
  await contender.close();
});

test.each([
  ['openai:m', /OPENAI_BASE_URL/],
  ['anthropic:m', /ANTHROPIC_API_KEY/],
  ['rewrite:anthropic:m', /--captions/],
])('%s without what it needs is refused', (spec, sentence) => {
  expect(() => make(spec)).toThrow(
    expect.objectContaining({ code: 'benchmark-contender', message: expect.stringMatching(sentence) }),
  );
});
