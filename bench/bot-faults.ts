import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { startPostgres, whyNoPostgres } from '../tests/store/start-postgres.ts';
import { type ServiceProcess, startPlatforms, startService } from './bot-service.ts';
import { expiries, gatewayFaults, OUTAGE_MS, socketFaults } from './fault-platforms.ts';
import { Side, WAYS } from './fault-requests.ts';
import { PER_WAY, play, type Result, type Scenario } from './fault-scenario.ts';

/**
 * The service in a process of its own, as an operator runs it, against pretend platforms: each fault that can befall it,
 * while people ask in every way that there is. Nothing may be lost in silence.
 *
 * `npm run bench:faults -- kill` plays only the scenarios whose name has "kill" in it.
 */
const [only = ''] = process.argv.slice(2);
/** What the pretend endpoint of the openai engine says of every picture. */
const CHUNK = {
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'boats',
  choices: [
    { index: 0, delta: { content: 'A small red boat lies on a calm blue lake.' }, finish_reason: 'stop' },
  ],
};
/** Enough that nobody asks more often than a person may. */
const MEMBERS = 20;
const LOCK_MS = 10_000;
const END_WITHIN_MS = 20_000;
const ACCEPTED_WITHIN_MS = 5000;
/** Less than the time between two scenarios. */
const JUST_NOW_MS = 1000;
/** Requests of the first half, on both platforms. */
const FIRST_HALF = 2 * WAYS.length;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const began = performance.now();
const { discord, slack, env, close } = await startPlatforms({
  channels: WAYS.length * PER_WAY + 1,
  members: MEMBERS,
});
const folder = mkdtempSync(join(tmpdir(), 'narrator-faults-'));
const database = join(folder, 'narrator.sqlite');
const settings = {
  ...env,
  NARRATOR_DATA: folder,
  NARRATOR_GRACE_SECONDS: '0',
  NARRATOR_LIMIT_PERSON: '1000',
  NARRATOR_LIMIT_CHANNEL: '1000',
  NARRATOR_LIMIT_SERVER: '1000',
};
let service: ServiceProcess | null = null;
const onDiscord = new Side(discord, PER_WAY);
const onSlack = new Side(slack, PER_WAY);
const both = [onDiscord, onSlack];
const results: Result[] = [];
const faults: string[] = [];

try {
  service = await startService(settings);
  await prepare();
  await run({ name: 'No fault', sides: both, strike: async () => {} });
  for (const scenario of [
    ...gatewayFaults(onDiscord),
    ...socketFaults(onSlack),
    ...expiries(both),
    ...engineFaults(),
    locked(),
  ]) {
    await run(scenario);
  }
  await run(terminated());
  await run(killed());
  await withEngineDown();
  await withPostgres();
} finally {
  await service?.end('SIGTERM');
  await close();
  rmSync(folder, { recursive: true, force: true });
}
report();
// Not by `exitCode`: what ends PostgreSQL with this process sets it to 0.
if (faults.length > 0) process.exit(1);

async function prepare(): Promise<void> {
  for (let number = 0; number < WAYS.length; number++)
    await onDiscord.post(onDiscord.owner, onDiscord.album, '');
  for (const side of both) {
    await side.watch();
    await side.prepareButtons();
  }
}

/** The address of a picture in the album, with a signature that holds. */
function findPicture(): string {
  const pictures = discord
    .snapshot(onDiscord.owner)
    .messages.filter(({ channelId }) => channelId === onDiscord.album)
    .map(({ json }) => (json as { attachments: { url: string }[] }).attachments[0]!.url);
  return pictures[results.length % pictures.length]!;
}

async function run(scenario: Scenario): Promise<void> {
  if (!scenario.name.toLowerCase().includes(only.toLowerCase())) return;
  const result = await play(scenario, findPicture);
  results.push(result);
  const { name, lost, doubles, signs, problems, sentences } = result;
  const found = [
    ...lost.map(each => `${each} was lost`),
    ...doubles.map(each => `${each} was answered twice`),
    ...problems,
  ];
  faults.push(...found.map(each => `${name}: ${each}`));
  const seconds = Math.round((performance.now() - began) / 1000);
  console.error(
    `${seconds} s  ${name}: ${result.described} of ${result.asked} described, ${result.told} told`,
  );
  for (const sentence of sentences)
    console.error(`    told: ${sentence.replaceAll('\n', ' / ').slice(0, 160)}`);
  for (const each of signs) console.error(`    sign of work left: ${each}`);
  for (const each of found) console.error(`    ! ${each}`);
}

function engineFaults(): Scenario[] {
  return [
    {
      name: 'Inference process ended by `kill -9`',
      sides: both,
      async strike() {
        const pid = service?.inferencePid();
        if (!pid) throw new Error('no inference process runs');
        process.kill(pid, 'SIGKILL');
      },
    },
  ];
}

/** Another process holds SQLite's lock. */
function locked(): Scenario {
  let locker: ReturnType<typeof spawn> | null = null;
  return {
    name: 'SQLite locked by another process for 10 s',
    sides: both,
    async strike() {
      const script = `const { DatabaseSync } = require('node:sqlite');
        const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
        database.exec('begin exclusive');
        console.log('locked');
        setTimeout(() => database.exec('rollback'), ${LOCK_MS});`;
      locker = spawn(process.execPath, ['-e', script, database], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(locker.stdout!, 'data');
    },
    async end() {
      if (locker?.exitCode === null) await once(locker, 'exit');
    },
  };
}

/** Until the service has noted all that was asked just now. */
async function untilAccepted(): Promise<void> {
  const since = Date.now() - JUST_NOW_MS;
  const reader = new DatabaseSync(database, { readOnly: true });
  const deadline = performance.now() + ACCEPTED_WITHIN_MS;
  try {
    const pending = reader.prepare('select id from pending where created_at > ?');
    const noted = new Set<unknown>();
    while (performance.now() < deadline) {
      for (const { id } of pending.all(since)) noted.add(id);
      if (noted.size >= FIRST_HALF) return;
      await wait(5);
    }
    console.error('    not all was noted at a time');
  } finally {
    reader.close();
  }
}

function terminated(): Scenario {
  return {
    name: '`SIGTERM` with requests at work, then a start',
    sides: both,
    afterMs: 0,
    async strike() {
      await untilAccepted();
      const { status, tookMs } = await service!.end('SIGTERM');
      if (status !== 0) faults.push(`SIGTERM: the service ended with ${status}`);
      if (tookMs > END_WITHIN_MS) faults.push(`SIGTERM: the service took ${Math.round(tookMs)} ms to end`);
      console.error(`    ended with ${status} after ${Math.round(tookMs)} ms`);
      service = await startService(settings);
    },
  };
}

function killed(): Scenario {
  return {
    name: 'Service ended by `kill -9`, then a start',
    sides: both,
    afterMs: 0,
    async strike() {
      await untilAccepted();
      await service!.end('SIGKILL');
      service = await startService(settings);
    },
  };
}

/** An engine whose endpoint is not there for the first seconds. */
async function withEngineDown(): Promise<void> {
  const name = 'Engine cannot be reached for 6 s (openai)';
  if (!name.toLowerCase().includes(only.toLowerCase())) return;
  const answers = createServer((request, response) => {
    // The answer to a streamed request comes in one piece.
    request.resume().once('end', () => {
      response.setHeader('content-type', 'text/event-stream');
      response.end(`data: ${JSON.stringify(CHUNK)}\n\ndata: [DONE]\n\n`);
    });
  });
  answers.listen(0, '127.0.0.1');
  await once(answers, 'listening');
  const { port } = answers.address() as AddressInfo;
  answers.close();
  await service!.end('SIGTERM');
  service = await startService({
    ...settings,
    NARRATOR_ENGINES: 'openai:boats',
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
  });
  await run({
    name,
    sides: both,
    strike: async () => {},
    async end() {
      await wait(OUTAGE_MS);
      answers.listen(port, '127.0.0.1');
    },
  });
  answers.closeAllConnections();
  answers.close();
}

async function withPostgres(): Promise<void> {
  const name = 'PostgreSQL stopped for 6 s';
  if (!name.toLowerCase().includes(only.toLowerCase())) return;
  const reason = whyNoPostgres();
  if (reason !== null) {
    console.error(`PostgreSQL is left out: ${reason}`);
    return;
  }
  const server = await startPostgres();
  try {
    await service!.end('SIGTERM');
    service = await startService({ ...settings, DATABASE_URL: server.url('postgres') });
    for (const side of both) {
      await side.watch();
      await side.prepareButtons();
    }
    await run({
      name,
      sides: both,
      strike: () => server.stop(),
      async end() {
        await wait(OUTAGE_MS);
        await server.start();
      },
    });
    await service.end('SIGTERM');
  } finally {
    await server.remove();
  }
}

function report(): void {
  const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);
  const date = new Date().toISOString().slice(0, 10);
  console.log(
    `${date}: ${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}; ${((performance.now() - began) / 1000).toFixed(0)} s in all\n`,
  );
  console.log('| Fault | asked | described | told | lost | twice | signs left | described again after |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, asked, described, told, lost, doubles, signs, againMs } of results) {
    const row = [name, asked, described, told, lost.length, doubles.length, signs.length, seconds(againMs)];
    console.log(`| ${row.join(' | ')} |`);
  }
  for (const fault of faults) console.log(`\n${fault}`);
}
