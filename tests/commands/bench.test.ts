import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRunFolder } from '../../src/benchmarks/run-folder.ts';
import { benchCommand } from '../../src/commands/bench.ts';
import { ExitStatus } from '../../src/commands/terminal.ts';
import {
  event,
  piece,
  type Reply,
  says,
  serveChat,
  streams,
} from '../inference/engines/openai/chat-server.ts';

const NARRATOR = fileURLToPath(new URL('../../bin/narrator.js', import.meta.url));
const KEY = 'sk-secret-0123456789';
const ITEMS = 6;
let root: string;
let set: string;
let captions: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'bench-command-'));
  const ids = Array.from({ length: ITEMS }, (_, i) => i + 1);
  set = path.join(root, 'mine.jsonl');
  await writeFile(
    set,
    ids.map(id => JSON.stringify({ image_id: id, captions: ['A grey stone lies on the sand.'] })).join('\n'),
  );
  captions = path.join(root, 'captions.json');
  await writeFile(
    captions,
    JSON.stringify(ids.map(id => ({ image_id: id, caption: `A grey stone on the sand, ${id}.` }))),
  );
});
afterAll(() => rm(root, { recursive: true }));

/** A folder for the runs of one test. */
async function runsFolder(): Promise<string> {
  return await mkdtemp(path.join(root, 'runs-'));
}

const bench = (folder: string, ...args: string[]) => ['bench', ...args, '--folder', folder];
interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** What the command ended with; undefined where all went well. */
  readonly error: unknown;
}

/** The command in this process, which is faster than a start for each. */
async function narrator(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += chunk;
        done();
      },
    });
  const command = benchCommand({
    ...{ stdin: Readable.from([]), stdout: collect('stdout'), stderr: collect('stderr') },
    env: { NARRATOR_CACHE: path.join(root, 'cache'), ...env },
    signal: new AbortController().signal,
  });
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr() {} });
  const error = await command.parseAsync(args.slice(1), { from: 'user' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { ...written, error };
}

const answer = (tokens = 10): Reply =>
  streams([
    piece('A pale stone lies on the sand.'),
    piece(null, 'stop'),
    event({ choices: [], usage: { prompt_tokens: 100, completion_tokens: tokens } }),
  ]);

test('a run of recorded predictions: made, listed, shown', async () => {
  const folder = await runsFolder();
  const made = await narrator(
    bench(
      folder,
      'run',
      '-d',
      `jsonl:${set}`,
      '-c',
      `recorded:${captions}=Stones`,
      '--images',
      '4',
      '--name',
      'My Stones!',
    ),
  );
  expect(made.error).toBeUndefined();
  expect(made.stderr).toMatch(/4 of 6 items, SHA-256 [0-9a-f]{12}…/);
  // Measured, and with a report.
  expect(made.stdout).toMatch(/Contender +Adjectives a description.*\nStones +1\.00/);
  const report = /Report: (.+)\n/.exec(made.stdout)![1]!;
  expect(await readFile(report, 'utf8')).toContain('Stones');
  expect(made.stdout).toMatch(/Contender +Answered +Failed +Missing\nStones +4 +0 +0\n/);
  const [id] = await readdir(folder);
  expect(id).toMatch(/^\d{4}-\d{2}-\d{2}-my-stones-[0-9a-f]{6}$/);
  const record = await openRunFolder(folder).read('latest');
  expect(record).toMatchObject({
    ...{ id, state: 'finished', dataset: { count: 6, sampled: 4, seed: 1 } },
    request: { style: 'vivid', maxTokens: 300, atOnce: 1 },
    contenders: [
      { name: 'Stones', slug: 'stones', kind: 'recorded', identity: { engine: 'recorded', model: 'Stones' } },
    ],
  });
  expect(record.commit === null || /^[0-9a-f]{40}$/.test(record.commit)).toBe(true);
  const list = await narrator(bench(folder, 'list'));
  expect(list.stdout).toMatch(new RegExp(`${id} +finished +mine, all +4 +Stones`));
  const shown = await narrator(bench(folder, 'show'));
  expect(shown.stdout).toContain(`Run       ${id}, finished`);
  expect(shown.stdout).toMatch(/Stones +Stones +[0-9a-f]{12} +4 +0 +0 +not told/);
  expect(shown.stdout).toContain('Its texts were recorded before');
  const json = JSON.parse((await narrator(bench(folder, 'show', id!, '--json'))).stdout);
  expect(json).toMatchObject({ record: { id }, progress: [{ answered: 4, pending: 0 }] });
});

test('a budget ends a run with status 1, and --resume goes on without the key in any file', async () => {
  const folder = await runsFolder();
  const server = await serveChat(answer());
  const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: KEY };
  const contender = ['-c', 'rewrite:openai:m', '--captions', captions];
  const refused = await narrator(
    bench(folder, 'run', '-d', `jsonl:${set}`, ...contender, '--budget-usd', '1'),
    env,
  );
  expect(refused.error).toMatchObject({ code: 'benchmark-budget' });
  // (100 × 10 + 10 × 100) / 10⁶ = US$0.002 a text.
  const prices = ['--price-in', 'rewrite:openai:m=10', '--price-out', '100'];
  const first = await narrator(
    bench(
      folder,
      'run',
      '-d',
      `jsonl:${set}`,
      ...contender,
      ...prices,
      '--budget-usd',
      '0.005',
      '--name',
      'paid',
    ),
    env,
  );
  expect(first.error).toEqual(new ExitStatus(1));
  expect(first.stdout).toMatch(/rewrite:openai:m +2 +0 +4/);
  expect(first.stderr).toMatch(/US\$0\.0040 of US\$0\.005 are spent.*--budget-usd/);
  const id = (await readdir(folder)).find(name => name.includes('paid'))!;
  expect(first.stderr).toContain(`narrator bench run --resume ${id}`);
  const second = await narrator(bench(folder, 'run', '--resume', id, '--budget-usd', '1'), env);
  expect(second.error).toBeUndefined();
  expect(server.requests).toHaveLength(ITEMS);
  const runs = openRunFolder(folder);
  const record = await runs.read(id);
  const predictions = await runs.predictions(record, 'rewrite:openai:m');
  expect(predictions.map(({ usage }) => usage!.costUsd)).toEqual(Array.from({ length: ITEMS }, () => 0.002));
  expect(JSON.stringify([record, predictions])).not.toContain(KEY);
  expect((await narrator(bench(folder, 'show', id))).stdout).toContain('US$0.0120');
});

test('Ctrl-C ends a run in order, and says how to go on', async () => {
  const folder = await runsFolder();
  const server = await serveChat(answer(), answer(), () => {});
  const args = bench(folder, 'run', '-d', `jsonl:${set}`, '-c', 'rewrite:openai:m', '--captions', captions);
  const child = spawn(process.execPath, [NARRATOR, ...args], {
    env: { ...process.env, OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: '' },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  while (server.requests.length < 3) await new Promise(resolve => setTimeout(resolve, 10));
  child.kill('SIGINT');
  const status = await new Promise(resolve => child.on('close', resolve));
  const [id] = await readdir(folder);
  expect(status).toBe(1);
  expect(stderr).toContain(`Go on with: narrator bench run --resume ${id}`);
  expect(stderr).toMatch(/narrator: Interrupted\.\n$/);
  const runs = openRunFolder(folder);
  const record = await runs.read(id!);
  expect(record.state).toBe('running');
  expect(await runs.predictions(record, 'rewrite:openai:m')).toHaveLength(2);
});

test('other data than the run began with is refused', async () => {
  const folder = await runsFolder();
  const changing = path.join(root, 'changing.jsonl');
  await writeFile(changing, `${JSON.stringify({ image_id: 1, captions: ['A stone.'] })}\n`);
  const env = { OPENAI_BASE_URL: (await serveChat(says(''))).baseUrl, OPENAI_API_KEY: '' };
  const args = [
    '-d',
    `jsonl:${changing}`,
    '-c',
    'rewrite:openai:m',
    '--captions',
    captions,
    '--failures',
    '1',
  ];
  expect((await narrator(bench(folder, 'run', ...args), env)).error).toEqual(new ExitStatus(1));
  await writeFile(changing, `${JSON.stringify({ image_id: 1, captions: ['A rock.'] })}\n`);
  const resumed = await narrator(
    bench(folder, 'run', '--resume', (await readdir(folder))[0]!, '--retry-failed'),
    env,
  );
  expect(String(resumed.error)).toMatch(/cannot go on: the data set \(SHA-256/);
});

test.each([
  [[], /--dataset/],
  [['-d', 'samples'], /--contender/],
  [['-d', 'samples', '-c', 'magic'], /“magic” is no contender/],
  [['-d', 'samples', '-c', 'embedded', '-c', 'embedded'], /two contenders called embedded/],
  [['-d', 'samples', '-c', 'embedded', '--captions', 'x'], /there is none among the contenders/],
  [['-d', 'samples', '-c', 'rewrite:openai:m'], /--captions/],
  [['-d', 'samples', '-c', 'openai:m', '--price-in', '1'], /--price-in and --price-out/],
  [['-d', 'samples', '-c', 'embedded', '--at-once', '99'], /At most 16/],
  [['-d', 'samples', '-c', 'embedded', '--budget-usd', 'much'], /US dollars/],
  [['--resume', 'latest', '--seed', '2', '--images', '3'], /--images and --seed were settled/],
  [['--resume', '../../etc'], /is no run's id/],
  [['--resume', 'latest'], /no unfinished run/],
])('%j is refused', async (args, sentence) => {
  const folder = path.join(root, 'never-made');
  const { error } = await narrator(bench(folder, 'run', ...args), {
    OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
  });
  expect(String(error)).toMatch(sentence);
});

test('where there is nothing yet, list and show say so', async () => {
  const folder = path.join(root, 'never-made');
  expect((await narrator(bench(folder, 'list'))).stdout).toContain('There are no runs yet');
  const shown = await narrator(bench(folder, 'show'));
  expect(String(shown.error)).toContain('no finished run');
});
