// Runs `narrator bench run` as a user would, and kills it: for the suite, and at length for `npm run bench:resume`.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openRunFolder } from '../../src/benchmarks/run-folder.ts';
import type { RunRecord, StoredPrediction } from '../../src/benchmarks/run-record.ts';
import { drawPng } from '../../src/inference/image/encode-png.ts';

const NARRATOR = fileURLToPath(new URL('../../bin/narrator.js', import.meta.url));
const AT_ONCE = 3;
/** A narrator that neither ends nor is killed. */
const LONGEST_MS = 300_000;

export interface KillOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly images: number;
  readonly kills: number;
  /**
   * Whether contenders are given pictures, and are embedded, an endpoint's and a recorded one. Without, an endpoint's
   * that rewrites captions and the recorded one: no process measures pictures, which takes long.
   */
  readonly seesImages: boolean;
  /** When to kill; drawn anew each time. */
  readonly drawMoment: () => Moment;
  readonly onKill?: (kill: Moment & { readonly stored: number }) => void;
}

/** So long after the start of the process, or after it stored its first answer. */
interface Moment {
  readonly ms: number;
  readonly from: 'start' | 'first-answer';
}

export interface KillReport {
  readonly record: RunRecord;
  /** What was stored by contender and item, but times and memory: of the killed run, and of one that nobody disturbed. */
  readonly killed: Results;
  readonly undisturbed: Results;
  /** Lines of the predictions' files: more than one of an item would be an item that was asked for again. */
  readonly linesOfItems: readonly number[];
  /** Items that were there before a kill, and not after it. */
  readonly lost: readonly string[];
  /** What the endpoint was asked beyond once an item: it was in flight at a kill. */
  readonly askedAgain: number;
  readonly mostAskedAgain: number;
}

type Results = Readonly<Record<string, Readonly<Record<string, object>>>>;

/**
 * Kills a run again and again, lets it finish, and makes the same run without disturbance.
 *
 * @throws Error where a run ended otherwise than it should
 */
export async function killRun(options: KillOptions): Promise<KillReport> {
  const { folder, images, kills, drawMoment, onKill } = options;
  const endpoint = await startEndpoint();
  try {
    const args = await makeRunArguments(options);
    const env = { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: '' };
    const [killedFolder, calmFolder] = ['killed', 'calm'].map(name => path.join(folder, name)) as [
      string,
      string,
    ];
    const begin = [...args, '--folder', killedFolder];
    const goOn = [
      'bench',
      'run',
      '--resume',
      'latest',
      '--no-timing',
      '--no-measure',
      '--folder',
      killedFolder,
    ];
    const next = async () => ((await openRunFolder(killedFolder).list()).runs.length > 0 ? goOn : begin);
    const lost: string[] = [];
    let before = new Set<string>();
    for (let kill = 1; kill <= kills; kill++) {
      const moment = drawMoment();
      const child = start(await next(), env);
      if (moment.from === 'first-answer') {
        const isIdle = async () => (await readAll(killedFolder)).length === before.size;
        while (child.process.exitCode === null && (await isIdle())) await wait(20);
      }
      await Promise.race([wait(moment.ms), child.ended]);
      if (child.process.exitCode !== null) {
        throw new Error(`the run was over before kill ${kill}: more images are needed (${child.output()})`);
      }
      child.process.kill('SIGKILL');
      await child.ended;
      const now = new Set((await readAll(killedFolder)).map(({ key }) => key));
      lost.push(...[...before].filter(key => !now.has(key)));
      before = now;
      onKill?.({ ...moment, stored: now.size });
    }
    await finish(start(await next(), env));
    const askedAgain = endpoint.requests() - images;
    await finish(start([...args, '--folder', calmFolder], env));
    const all = await readAll(killedFolder);
    const counts = Map.groupBy(all, ({ key }) => key);
    const [record] = (await openRunFolder(killedFolder).list()).runs;
    return {
      record: record!,
      killed: toResults(all),
      undisturbed: toResults(await readAll(calmFolder)),
      linesOfItems: [...counts.values()].map(lines => lines.length),
      ...{ lost, askedAgain, mostAskedAgain: kills * AT_ONCE },
    };
  } finally {
    endpoint.stop();
  }
}

/** Makes the images, the set and the recorded predictions. */
async function makeRunArguments({ folder, images, seesImages }: KillOptions): Promise<string[]> {
  await mkdir(path.join(folder, 'images'), { recursive: true });
  const names = Array.from({ length: images }, (_, i) => `${i}.png`);
  for (const [i, name] of names.entries()) {
    const [red, green] = [(i * 47) % 256, (i * 91) % 256];
    const png = drawPng(96, 64, (x, y) =>
      Math.hypot(x - 0.5, y - 0.5) < 0.3 ? [red, green, 60] : [230, 220, 250 * y],
    );
    await writeFile(path.join(folder, 'images', name), png);
  }
  const rows = names.map(image =>
    JSON.stringify({
      ...(seesImages ? { image } : { image_id: image }),
      captions: ['A round shape on a light ground.'],
    }),
  );
  await writeFile(path.join(folder, 'set.jsonl'), `${rows.join('\n')}\n`);
  const recorded = names.map(image => ({ image_id: image, caption: `A round grey shape, number ${image}.` }));
  await writeFile(path.join(folder, 'recorded.json'), JSON.stringify(recorded));
  const recordedFile = path.join(folder, 'recorded.json');
  const contenders = seesImages ? ['openai:m', 'embedded'] : ['rewrite:openai:m'];
  return [
    ...['bench', 'run', '--dataset', `jsonl:${path.join(folder, 'set.jsonl')}`],
    ...(seesImages ? ['--images-folder', path.join(folder, 'images')] : ['--captions', recordedFile]),
    ...['--at-once', String(AT_ONCE), '--no-timing', '--no-measure'],
    ...[...contenders, `recorded:${recordedFile}`].flatMap(spec => ['--contender', spec]),
  ];
}

interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  output(): string;
}

function start(args: readonly string[], env: Record<string, string>): Started {
  const child = spawn(process.execPath, [NARRATOR, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (words: string) => {
      output = (output + words).slice(-4000);
    });
  }
  return { process: child, ended: once(child, 'exit'), output: () => output };
}

async function finish({ process: child, ended, output }: Started): Promise<void> {
  await ended;
  if (child.exitCode !== 0)
    throw new Error(`the run ended with ${child.exitCode ?? child.signalCode}: ${output()}`);
}

/** Every whole line of every predictions' file, as it lies there: nothing is put right by reading it. */
async function readAll(
  folder: string,
): Promise<{ key: string; contender: string; prediction: StoredPrediction }[]> {
  const runs = openRunFolder(folder);
  const found = [];
  for (const { id, contenders } of (await runs.list()).runs) {
    for (const { name, slug } of contenders) {
      const file = path.join(runs.pathOf(id), 'predictions', `${slug}.jsonl`);
      const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
      for (const line of lines) {
        const prediction = JSON.parse(line) as StoredPrediction;
        found.push({ key: `${name} ${prediction.id}`, contender: name, prediction });
      }
    }
  }
  return found;
}

/** All but times and memory. */
function toResults(all: Awaited<ReturnType<typeof readAll>>): Results {
  const results: Record<string, Record<string, object>> = {};
  for (const { contender, prediction } of all) {
    const { id, text, error, grounding, quotes, usage } = prediction;
    const tokens = usage && { input: usage.inputTokens, output: usage.outputTokens };
    results[contender] = { ...results[contender], [id]: { text, error, grounding, quotes, tokens } };
  }
  return results;
}

/** An OpenAI-compatible endpoint whose text depends on the image alone, and that takes a while. */
async function startEndpoint(): Promise<{ baseUrl: string; requests(): number; stop(): void }> {
  let requests = 0;
  const server: Server = createServer(async (request, response) => {
    requests++;
    const digest = createHash('sha256')
      .update(await text(request))
      .digest();
    await wait(60 + (digest[0]! % 120));
    const content = `A round ${digest[1]! % 2 === 0 ? 'grey' : 'large'} shape ${digest.toString('hex', 2, 6)}.`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (part: object) =>
      response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...part })}\n\n`);
    chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    chunk({ choices: [], usage: { prompt_tokens: 900 + digest[2]!, completion_tokens: 9 } });
    response.end('data: [DONE]\n\n');
  });
  // Clients that are killed hang up.
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
