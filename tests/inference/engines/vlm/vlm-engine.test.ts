import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/inference/engines/engine.ts';
import { createVlmEngine, type VlmEngineOptions } from '../../../../src/inference/engines/vlm/vlm-engine.ts';
import { serveHub } from '../../models/serve-hub.ts';
import { makeTinyModel, TINY_FAMILIES, type TinyFamily, tinyModelFiles } from './make-tiny-models.ts';
import { picture } from './plain-picture.ts';
import { ANSWERS, COLOURS, type Colour } from './tiny-vocabulary.ts';

let folder: string;
let engines: Engine[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'narrator-vlm-'));
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  await rm(folder, { recursive: true });
});

function engineFor(model: string, options: Partial<VlmEngineOptions> = {}): Engine {
  const engine = createVlmEngine({
    model,
    cacheFolder: path.join(folder, 'cache'),
    device: 'cpu',
    threads: 1,
    offline: true,
    promptFor: style => ({ user: `Describe this image in ${style} words.` }),
    ...options,
  });
  engines.push(engine);
  return engine;
}

const tiny = (family: TinyFamily, options?: Parameters<typeof makeTinyModel>[2]) =>
  makeTinyModel(path.join(folder, family), family, options);

describe.each(TINY_FAMILIES)('a made model of the family %s', family => {
  it('says what it sees, in one paragraph without the prompt', async () => {
    const engine = engineFor(await tiny(family));
    for (const colour of COLOURS) {
      const image = picture(colour);
      const before = Buffer.from(image.pixels);
      const { text, usage } = await engine.describe(image, { style: 'vivid' });
      expect(text).toBe(ANSWERS[colour]);
      expect(usage?.outputTokens).toBe(ANSWERS[colour].split(' ').length + 1);
      expect(usage?.tokensPerSecond).toBeGreaterThan(0);
      expect(Buffer.from(image.pixels)).toEqual(before);
    }
  });

  it('writes bit by bit', async () => {
    const engine = engineFor(await tiny(family));
    const heard: string[] = [];
    const { text } = await engine.describe(picture('green'), {
      style: 'brief',
      onText: soFar => heard.push(soFar),
    });
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.at(-1)).toBe(text);
    for (const [index, soFar] of heard.entries()) expect(heard[index + 1] ?? text).toContain(soFar);
  });
});

describe('a model in memory', () => {
  it('answers the same again: nothing of a picture is left over for the next', async () => {
    const engine = engineFor(await tiny('smolvlm'));
    const say = async (colour: Colour) => (await engine.describe(picture(colour), { style: 'alt' })).text;
    const texts = [await say('blue'), await say('red'), await say('blue')];
    expect(texts).toEqual([ANSWERS.blue, ANSWERS.red, ANSWERS.blue]);
  });

  it('sees tall and wide pictures, cut into tiles', async () => {
    const engine = engineFor(await tiny('smolvlm'));
    for (const [width, height] of [
      [10, 90],
      [90, 10],
      [1, 1],
      [300, 200],
    ] as const) {
      expect((await engine.describe(picture('blue', width, height), { style: 'alt' })).text).toBe(
        ANSWERS.blue,
      );
    }
  });

  it('is named with its revision, format and device, and counts its tokens', async () => {
    const engine = engineFor(await tiny('smolvlm'), { promptVersion: '7' });
    await engine.load();
    expect(engine.model).toMatch(/^smolvlm@[0-9a-f]{12} \(fp32, cpu\)$/);
    const short = await engine.describe(picture('red'), { style: 'alt' });
    expect(short.promptVersion).toBe('7');
    expect(short.usage?.inputTokens).toBeGreaterThan(10);
    expect(short.usage?.peakMemoryBytes).toBeGreaterThan(1e6);
  });

  it('is given the prompt of the style', async () => {
    const promptFor: VlmEngineOptions['promptFor'] = style => ({
      ...(style === 'vivid' ? { system: 'You look closely.' } : {}),
      user: 'Describe it.',
    });
    const engine = engineFor(await tiny('llava'), { promptFor });
    const tokens = async (style: 'vivid' | 'alt') =>
      (await engine.describe(picture('red'), { style })).usage!.inputTokens!;
    expect((await tokens('vivid')) - (await tokens('alt'))).toBe(3);
  });

  it('takes the likeliest word where it is told to vary hardly at all', async () => {
    const engine = engineFor(await tiny('smolvlm'), { temperature: 0.01 });
    expect((await engine.describe(picture('red'), { style: 'vivid' })).text).toBe(ANSWERS.red);
    const wild = engineFor(await tiny('smolvlm'), { temperature: 100, maxTokens: 20 });
    // At random it may also end at once, and say nothing.
    const said = wild.describe(picture('red'), { style: 'vivid' }).then(
      ({ text }) => text,
      ({ code }) => code,
    );
    expect(await said).not.toBe(ANSWERS.red);
  });

  it('stops at the most tokens, and ends with a whole sentence where it has one', async () => {
    const engine = engineFor(await tiny('smolvlm', { endless: true }), { maxTokens: 12 });
    const { text, usage } = await engine.describe(picture('red'), { style: 'vivid' });
    expect(usage?.outputTokens).toBe(12);
    expect(text).toBe(ANSWERS.red);
    const short = await engine.describe(picture('red'), { style: 'vivid', maxTokens: 3 });
    expect(short.text).toBe('A warm red');
  });

  it('takes the formats that it has, and those that are asked for', async () => {
    const model = await tiny('smolvlm', { suffixes: ['', '_quantized', '_q4', '_fp16'] });
    const engine = engineFor(model);
    await engine.load();
    expect(engine.model).toContain('(q8, cpu)');
    const mixed = engineFor(model, { dtype: { vision_encoder: 'fp16', decoder_model_merged: 'q4' } });
    await mixed.load();
    for (const part of ['vision_encoder fp16', 'decoder_model_merged q4', 'embed_tokens q8']) {
      expect(mixed.model).toContain(part);
    }
  });

  it('can be unloaded and loaded again, also while it describes', async () => {
    const engine = engineFor(await tiny('smolvlm', { endless: true }), { maxTokens: 1_000_000 });
    let heard = 0;
    const describing = engine.describe(picture('red'), { style: 'vivid', onText: () => heard++ });
    const outcome = expect(describing).rejects.toMatchObject({ code: 'model-failed' });
    while (heard < 5) await new Promise(resolve => setTimeout(resolve, 5));
    await engine.close();
    await outcome;
    expect((await engine.describe(picture('red'), { style: 'vivid', maxTokens: 9 })).text).toBe(ANSWERS.red);
  });

  it('gives its memory back', async () => {
    const model = await tiny('smolvlm', { ballastBytes: 64e6 });
    const engine = engineFor(model);
    const used: number[] = [];
    for (let round = 0; round < 8; round++) {
      await engine.describe(picture('red'), { style: 'alt' });
      await engine.close();
      used.push(process.memoryUsage.rss());
    }
    // The allocator keeps up to two models' worth for the next; what is never freed would be 6 times 64 MB.
    expect(used.at(-1)! - used[1]!).toBeLessThan(3 * 64e6);
  }, 60_000);
});

describe('a description', () => {
  it('is cancelled between two tokens, and the model goes on to be used', async () => {
    const engine = engineFor(await tiny('smolvlm', { endless: true }), { maxTokens: 1_000_000 });
    const reason = new Error('enough');
    const stop = new AbortController();
    let heard = 0;
    const onText = () => {
      if (++heard === 10) stop.abort(reason);
    };
    await expect(engine.describe(picture('red'), { style: 'vivid', onText }, stop.signal)).rejects.toBe(
      reason,
    );
    expect(heard).toBeLessThan(13);
    expect((await engine.describe(picture('blue'), { style: 'vivid', maxTokens: 9 })).text).toBe(
      ANSWERS.blue,
    );
    await expect(engine.describe(picture('red'), { style: 'vivid' }, stop.signal)).rejects.toBe(reason);
  });

  it('is stopped by a timer of the caller, which gets its own reason back', async () => {
    const engine = engineFor(await tiny('smolvlm', { endless: true }), { maxTokens: 1_000_000 });
    await engine.load();
    const error = await engine
      .describe(picture('red'), { style: 'vivid' }, AbortSignal.timeout(100))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TimeoutError' });
  });

  it('takes no longer than it may', async () => {
    const model = await tiny('vision-encoder-decoder', { endless: true });
    const engine = engineFor(model, { maxTokens: 1_000_000, timeLimitMs: 200 });
    await engine.load();
    const start = performance.now();
    await expect(engine.describe(picture('red'), { style: 'vivid' })).rejects.toMatchObject({
      code: 'model-timeout',
    });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('a model that cannot be used is refused with what to do', () => {
  it.each([
    [
      'of an unknown family',
      'config.json',
      '{"model_type": "bert"}',
      'model-unsupported',
      /"bert".*SmolVLM.*Florence-2/,
    ],
    ['without a configuration', 'config.json', undefined, 'model-missing', /config\.json/],
    ['with a damaged configuration', 'config.json', '{"model_type": 3}', 'model-damaged', /config\.json/],
    ['without a tokenizer', 'tokenizer.json', undefined, 'model-missing', /tokenizer\.json/],
    ['with a damaged tokenizer', 'tokenizer.json', '{', 'model-damaged', /tokenizer/],
    [
      'without picture settings',
      'preprocessor_config.json',
      undefined,
      'model-missing',
      /preprocessor_config\.json/,
    ],
    ['without a part', 'onnx/vision_encoder.onnx', undefined, 'model-missing', /onnx\/vision_encoder/],
    ['with a damaged part', 'onnx/decoder_model_merged.onnx', 'no graph', 'model-damaged', /ONNX Runtime/],
    [
      'without a place for a picture in its chat template',
      'tokenizer_config.json',
      '{"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": "Hello."}',
      'model-unsupported',
      /chat template/,
    ],
  ])('%s', async (_, file, content, code, message) => {
    const model = await tiny('smolvlm');
    if (content === undefined) await rm(path.join(model, file));
    else await writeFile(path.join(model, file), content);
    const engine = engineFor(model);
    const error = await engine.describe(picture('red'), { style: 'alt' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    // Mended, the same engine takes it.
    const files = tinyModelFiles('smolvlm');
    await writeFile(path.join(model, file), files.get(file)!);
    expect((await engine.describe(picture('red'), { style: 'alt' })).text).toBe(ANSWERS.red);
  });

  it('that is too large for the memory', async () => {
    const model = await tiny('smolvlm');
    // A sparse file: it takes no space.
    await truncate(path.join(model, 'onnx/decoder_model_merged.onnx'), 1e13);
    await expect(engineFor(model).load()).rejects.toMatchObject({ code: 'model-too-large' });
  });

  it('that is a folder that is not there', async () => {
    await expect(engineFor('./no/such/folder').load()).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('on a device that does not work', async () => {
    const engine = engineFor(await tiny('smolvlm'), { device: 'cuda' });
    await expect(engine.load()).rejects.toMatchObject({ code: 'device-unavailable' });
  });
});

describe('a model of the Hub', () => {
  const id = 'made-here/tiny';

  it('is downloaded when it is first needed, and then used without a network', async () => {
    const hub = await serveHub({ [id]: { files: tinyModelFiles('lfm2_vl') } });
    const engine = engineFor(id, { endpoint: hub.url, offline: false });
    expect((await engine.describe(picture('green'), { style: 'alt' })).text).toBe(ANSWERS.green);
    expect(engine.model).toMatch(/^made-here\/tiny@[0-9a-f]{12} /);
    const asked = hub.requests.length;
    const offline = engineFor(id);
    expect((await offline.describe(picture('blue'), { style: 'alt' })).text).toBe(ANSWERS.blue);
    expect(hub.requests).toHaveLength(asked);
  });

  it('is used with weights that lie in files of their own', async () => {
    const hub = await serveHub({ [id]: { files: tinyModelFiles('smolvlm', { externalData: true }) } });
    const engine = engineFor(id, { endpoint: hub.url, offline: false });
    expect((await engine.describe(picture('blue'), { style: 'alt' })).text).toBe(ANSWERS.blue);
    expect(hub.requestsFor('onnx/decoder_model_merged.onnx_data')).toHaveLength(1);
  });

  it('stops being downloaded when it is unloaded', async () => {
    const hub = await serveHub({ [id]: { files: tinyModelFiles('smolvlm') } });
    hub.faults.push({ path: 'onnx/vision_encoder.onnx', kind: 'hang', times: 9 });
    const engine = engineFor(id, { endpoint: hub.url, offline: false });
    const loading = expect(engine.load()).rejects.toMatchObject({ code: 'model-failed' });
    while (hub.requestsFor('onnx/vision_encoder.onnx').length === 0) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await engine.close();
    await loading;
  });

  it('is refused where it is not here and nothing may be downloaded', async () => {
    await expect(engineFor(id).load()).rejects.toMatchObject({ code: 'model-offline' });
  });

  it('is refused where a file was cut short since it was pulled', async () => {
    const hub = await serveHub({ [id]: { files: tinyModelFiles('smolvlm') } });
    const engine = engineFor(id, { endpoint: hub.url, offline: false });
    await engine.load();
    const stored = path.join(folder, 'cache/models', id);
    const commit = (await readFile(path.join(stored, 'refs/main'), 'utf8')).trim();
    await truncate(path.join(stored, commit, 'onnx/vision_encoder.onnx'), 100);
    await expect(engineFor(id).load()).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringContaining(`narrator models pull ${id}`),
    });
  });
});
