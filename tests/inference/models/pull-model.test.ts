import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelError, type ModelErrorCode } from '../../../src/inference/model-error.ts';
import { findStored, listStored } from '../../../src/inference/models/model-store.ts';
import { type PullOptions, pullModel } from '../../../src/inference/models/pull-model.ts';
import { verifyModel } from '../../../src/inference/models/verify-model.ts';
import { runNarrator } from '../../commands/run-narrator.ts';
import { tinyModelFiles } from '../engines/vlm/make-tiny-models.ts';
import { type LocalHub, serveHub } from './serve-hub.ts';

const MODEL = 'made-here/tiny';
const TOKEN = 'hf_secretSecretSecret';
const DECODER = 'onnx/decoder_model_merged_q4.onnx';

function tinyFiles(): Map<string, Uint8Array> {
  const files = tinyModelFiles('smolvlm', { suffixes: ['', '_q4'] });
  files.set('README.md', Buffer.from('about the model'));
  files.set(`${DECODER}_data`, Buffer.from('weights that are too large for the file'));
  files.set('onnx/vision_encoder_fp16.onnx', Buffer.from('another format'));
  return files;
}

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), 'narrator-pull-'));
});
afterEach(() => rm(cacheFolder, { recursive: true }));

const pull = (hub: LocalHub, changed: Partial<PullOptions> = {}, signal?: AbortSignal) =>
  pullModel(
    {
      ...{
        model: MODEL,
        cacheFolder,
        endpoint: hub.url,
        device: 'cpu',
        dtype: 'q4',
        pauseMs: 1,
        idleMs: 500,
      },
      ...changed,
    },
    signal,
  );

async function expectRefusal(pulling: Promise<unknown>, code: ModelErrorCode): Promise<ModelError> {
  const error = await pulling.then(
    () => expect.unreachable('it was pulled'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({ code });
  return error as ModelError;
}

describe('a pulled model', () => {
  it('has the settings and the files of the format that was asked for, and a manifest', async () => {
    const files = tinyFiles();
    const hub = await serveHub({ [MODEL]: { files, licence: 'apache-2.0' } });
    const progress: number[] = [];
    const { folder, manifest } = await pull(hub, {
      onProgress: ({ doneBytes, totalBytes }) => progress.push(doneBytes / totalBytes),
    });
    expect(manifest.files.map(file => file.path)).toEqual(
      [
        'config.json',
        'generation_config.json',
        ...['decoder_model_merged', 'embed_tokens', 'vision_encoder'].map(part => `onnx/${part}_q4.onnx`),
        `${DECODER}_data`,
        'preprocessor_config.json',
        'processor_config.json',
        'tokenizer.json',
        'tokenizer_config.json',
      ].sort(),
    );
    for (const { path: name } of manifest.files) {
      expect(await readFile(path.join(folder, name))).toEqual(Buffer.from(files.get(name)!));
    }
    expect(manifest).toMatchObject({
      model: MODEL,
      licence: 'apache-2.0',
      family: 'SmolVLM',
      revision: 'main',
    });
    expect(folder).toBe(path.join(cacheFolder, 'models', 'made-here', 'tiny', manifest.commit));
    expect(progress.at(-1)).toBe(1);
    expect(await verifyModel({ folder, manifest })).toEqual([]);
    expect(await findStored(cacheFolder, MODEL, 'main')).toEqual({ folder, manifest });
    expect(await findStored(cacheFolder, MODEL, manifest.commit)).toEqual({ folder, manifest });
    expect(await leftovers(folder)).toEqual([]);
  });

  it('is not fetched twice, and keeps the formats of earlier pulls', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    await pull(hub);
    const sent = hub.sentBytes();
    await pull(hub);
    expect(hub.sentBytes()).toBe(sent);
    const { manifest } = await pull(hub, { dtype: 'fp32' });
    const names = manifest.files.map(file => file.path);
    expect(names).toContain(DECODER);
    expect(names).toContain('onnx/decoder_model_merged.onnx');
  });

  it('lies beside its earlier commit, and the branch means the new one', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    const before = await pull(hub);
    const files = tinyFiles().set('processor_config.json', Buffer.from('{"image_seq_len": 9}'));
    hub.publish(MODEL, { files });
    const after = await pull(hub);
    expect(after.folder).not.toBe(before.folder);
    expect(await findStored(cacheFolder, MODEL, 'main')).toEqual(after);
    expect(await findStored(cacheFolder, MODEL, before.manifest.commit)).toEqual(before);
    expect(await listStored(cacheFolder)).toHaveLength(2);
  });

  it('is mended where a file was changed, cut short or lost', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    const stored = await pull(hub);
    const file = (name: string) => path.join(stored.folder, name);
    const bytes = await readFile(file(DECODER));
    await writeFile(file(DECODER), bytes.with(100, 1 ^ bytes[100]!));
    await truncate(file('tokenizer.json'), 10);
    await rm(file('onnx/embed_tokens_q4.onnx'));
    expect(await verifyModel(stored)).toEqual([
      { path: DECODER, fault: 'wrong checksum' },
      { path: 'onnx/embed_tokens_q4.onnx', fault: 'missing' },
      { path: 'tokenizer.json', fault: 'wrong size' },
    ]);
    expect(await verifyModel(await pull(hub))).toEqual([]);
  });
});

describe('a download', () => {
  it('goes on where the connection broke', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    hub.faults.push({ path: DECODER, kind: 'drop', times: 3 });
    const stored = await pull(hub);
    expect(await verifyModel(stored)).toEqual([]);
    const ranges = hub.requestsFor(DECODER).map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, ...Array(3).fill(expect.stringMatching(/^bytes=[1-9]\d*-$/))]);
    const { size } = await stat(path.join(stored.folder, DECODER));
    expect(hub.sentBytes()).toBe(stored.manifest.files.reduce((total, file) => total + file.size, 0));
    expect(size).toBeGreaterThan(5000);
  });

  it('goes on where an earlier pull was interrupted', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    hub.faults.push({ path: DECODER, kind: 'hang', times: 1 });
    const interrupt = new AbortController();
    const reason = new Error('enough');
    const pulling = pull(
      hub,
      {
        onProgress: () =>
          hub.requestsFor(DECODER).length > 0 && setTimeout(() => interrupt.abort(reason), 50),
      },
      interrupt.signal,
    );
    await expect(pulling).rejects.toBe(reason);
    expect(await findStored(cacheFolder, MODEL, 'main')).toBeUndefined();
    expect((await listStored(cacheFolder))[0]).toMatchObject({ model: MODEL, manifest: undefined });
    expect(await verifyModel(await pull(hub))).toEqual([]);
    expect(hub.requestsFor(DECODER).at(-1)!.headers.range).toMatch(/^bytes=[1-9]/);
  });

  it('is made again where the bytes are wrong, and given up where they stay so', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    hub.faults.push({ path: DECODER, kind: 'wrong-bytes', times: 1 });
    const stored = await pull(hub);
    expect(await verifyModel(stored)).toEqual([]);
    await rm(path.join(stored.folder, DECODER));
    hub.faults.push({ path: DECODER, kind: 'wrong-bytes', times: 99 });
    await expectRefusal(pull(hub), 'download-failed');
    expect(await readdir(path.join(stored.folder, 'onnx'))).not.toContain(path.basename(DECODER));
  });

  it('starts anew where the server does not send parts, another part, or too much', async () => {
    for (const kind of ['no-range', 'wrong-range', 'long'] as const) {
      const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
      hub.faults.push({ path: DECODER, kind: 'drop', times: 1 }, { path: DECODER, kind, times: 1 });
      const { folder, manifest } = await pull(hub);
      expect(await verifyModel({ folder, manifest })).toEqual([]);
      await rm(folder, { recursive: true });
    }
  });

  it('waits as long as a busy server asks for, and not for ever', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    hub.faults.push({ path: DECODER, kind: { status: 429, retryAfter: '1' }, times: 1 });
    hub.faults.push({ path: `/api/models/${MODEL}/revision/main`, kind: { status: 503 }, times: 2 });
    const start = performance.now();
    await pull(hub);
    expect(performance.now() - start).toBeGreaterThan(900);
    await rm(cacheFolder, { recursive: true });
    hub.faults.push({ path: DECODER, kind: { status: 429, retryAfter: '86400' }, times: 1 });
    await expectRefusal(pull(hub), 'download-failed');
  });

  it('is made again where no byte comes for too long', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    hub.faults.push({ path: DECODER, kind: 'hang', times: 1 });
    expect(await verifyModel(await pull(hub))).toEqual([]);
    expect(hub.requestsFor(DECODER)).toHaveLength(2);
    hub.faults.push({ path: `/api/models/${MODEL}/revision/main`, kind: 'hang', times: 1 });
    const { commit } = (await pull(hub)).manifest;
    hub.faults.push({ path: `/api/models/${MODEL}/tree/${commit}`, kind: 'drop', times: 1 });
    expect(await verifyModel(await pull(hub))).toEqual([]);
    expect(hub.faults.every(({ times }) => times === 0)).toBe(true);
  });

  it('of several processes at once is made once', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    const env = { NARRATOR_CACHE: cacheFolder, HF_ENDPOINT: hub.url };
    const start = () => runNarrator(['models', 'pull', MODEL, '--dtype', 'q4', '--device', 'cpu'], { env });
    const runs = await Promise.all([start(), start(), start()]);
    for (const { status, stdout } of runs)
      expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('whole') });
    expect(hub.requestsFor(DECODER)).toHaveLength(1);
    const stored = (await findStored(cacheFolder, MODEL, 'main'))!;
    expect(await verifyModel(stored)).toEqual([]);
    expect(await leftovers(stored.folder)).toEqual([]);
  });
});

describe('a token', () => {
  it('opens a gated model and goes to the Hub only', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } }, { token: TOKEN });
    await pull(hub, { token: TOKEN });
    const authorised = hub.requests.filter(({ headers }) => headers.authorization !== undefined);
    expect(new Set(authorised.map(({ server }) => server))).toEqual(new Set(['hub']));
    expect(hub.requests.some(({ server }) => server === 'cdn')).toBe(true);
  });

  it.each([
    ['is missing', undefined, 'set HF_TOKEN'],
    ['is another one', `${TOKEN}x`, 'HF_TOKEN may read it'],
  ])('that %s is asked for and never repeated', async (_, token, remedy) => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } }, { token: TOKEN });
    const error = await expectRefusal(pull(hub, { token }), 'model-forbidden');
    expect(error.message).toContain(remedy);
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      expect(`${cause.message} ${cause.stack}`).not.toContain(TOKEN);
    }
  });
});

describe('a model is refused', () => {
  it('that the Hub does not have, or not in this revision', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    await expectRefusal(pull(hub, { model: 'made-here/other' }), 'model-unknown');
    await expectRefusal(pull(hub, { revision: 'v2' }), 'model-unknown');
    await expectRefusal(pull(hub, { model: '../../etc' }), 'model-unknown');
  });

  it('of an unknown family, before its weights are fetched', async () => {
    const files = tinyFiles().set('config.json', Buffer.from('{"model_type": "bert"}'));
    const hub = await serveHub({ [MODEL]: { files } });
    const error = await expectRefusal(pull(hub), 'model-unsupported');
    expect(error.message).toMatch(/"bert".*SmolVLM.*Qwen2-VL/);
    expect(hub.requests.some(request => request.path.endsWith('.onnx'))).toBe(false);
  });

  it('that has no ONNX files, or not in this format', async () => {
    const files = tinyFiles();
    const hub = await serveHub({ [MODEL]: { files } });
    const error = await expectRefusal(pull(hub, { dtype: 'bnb4' }), 'model-missing');
    expect(error.message).toContain('fp32, q4');
    for (const name of files.keys()) if (name.startsWith('onnx/')) files.delete(name);
    await expectRefusal(pull(hub), 'model-missing');
  });

  it('that does not fit on the disk', async () => {
    const listed = { [DECODER]: { size: 1e15 } };
    const hub = await serveHub({ [MODEL]: { files: tinyFiles(), listed } });
    await expectRefusal(pull(hub), 'disk-full');
    expect(hub.requestsFor(DECODER)).toHaveLength(0);
  });

  it('from a server that cannot be reached, or does not speak as the Hub does', async () => {
    const hub = await serveHub({ [MODEL]: { files: tinyFiles() } });
    await expectRefusal(pull(hub, { endpoint: 'http://127.0.0.1:9' }), 'download-failed');
    for (const kind of ['wrong-bytes', { status: 204 }] as const) {
      hub.faults.push({ path: `/api/models/${MODEL}/revision/main`, kind, times: 1 });
      await expectRefusal(pull(hub), 'download-failed');
    }
  });
});

it('a name that leads out of the folder is not taken from the list', async () => {
  const listed = {
    'README.md': { path: '../../../escaped.json' },
    'onnx/vision_encoder_fp16.onnx': { path: 'C:\\x.json' },
  };
  const hub = await serveHub({ [MODEL]: { files: tinyFiles(), listed } });
  const { manifest } = await pull(hub);
  expect(manifest.files.every(file => /^(onnx\/)?[\w.]+$/.test(file.path))).toBe(true);
  expect(await readdir(cacheFolder)).toEqual(['models']);
});

async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(path.dirname(folder), { recursive: true });
  return names.filter(name => /\.(part|tmp|lock)$/.test(name));
}
