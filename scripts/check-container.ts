// Runs the Dockerfile's steps without an engine: npm run check:container. Each stage is a folder in a temporary one, RUN is
// sh in it, COPY copies; then CMD is started as an unprivileged user where this one is root, asked by the HEALTHCHECK and by
// its address, and ended by SIGTERM. What it cannot show: the base image, and what the kernel refuses in a container.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PROJECT = path.join(import.meta.dirname, '..');
/** "nobody", on most systems; no user of the name is needed. */
const UNPRIVILEGED = 65_534;
const READY_MS = 60_000;
const STOP_MS = 25_000;
const isRoot = process.getuid?.() === 0;

interface Stage {
  readonly folder: string;
  readonly env: Record<string, string>;
  workdir: string;
  command: string[];
  healthcheck: string[];
}

const root = await mkdtemp(path.join(tmpdir(), 'narrator-container-'));
let service: ChildProcess | undefined;
try {
  await chmod(root, 0o755);
  const stage = await build(await readFile(path.join(PROJECT, 'Dockerfile'), 'utf8'));
  await start(stage);
} finally {
  service?.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
}

/** Does what each instruction says; one that is not known here fails, so that no step is left out in silence. */
async function build(dockerfile: string): Promise<Stage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of dockerfile.split('\n').filter(text => text !== '' && !text.startsWith('#'))) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) +(.+)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const name = / AS (\w+)$/.exec(rest)?.[1] ?? 'final';
      stage = { folder: path.join(root, name), env: {}, workdir: '/', command: [], healthcheck: [] };
      stages.set(name, stage);
      await mkdir(stage.folder, { recursive: true });
      continue;
    }
    if (!stage) throw new Error(`Before FROM: ${line}`);
    process.stdout.write(`${instruction} ${rest.slice(0, 100)}\n`);
    if (instruction === 'WORKDIR') {
      stage.workdir = rest;
      await mkdir(placeOf(stage, rest), { recursive: true });
    } else if (instruction === 'ENV') {
      for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) stage.env[name!] = value!;
    } else if (instruction === 'COPY') {
      await copy(stage, rest.split(/\s+/), stages);
    } else if (instruction === 'RUN') {
      runStep(stage, rest);
    } else if (instruction === 'HEALTHCHECK') {
      stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD') + 3));
    } else if (instruction === 'CMD') {
      stage.command = JSON.parse(rest);
    } else if (!['USER', 'VOLUME', 'EXPOSE'].includes(instruction)) {
      throw new Error(`Not known here: ${line}`);
    }
  }
  const final = stages.get('final');
  if (!final || final.command.length === 0) throw new Error('The Dockerfile has no last stage with CMD.');
  return final;
}

/** Where an absolute path of a stage is on this machine. */
function placeOf({ folder, workdir }: Stage, file: string): string {
  return path.join(folder, path.posix.resolve(workdir, file));
}

async function copy(
  stage: Stage,
  words: readonly string[],
  stages: ReadonlyMap<string, Stage>,
): Promise<void> {
  const [flag, ...others] = words;
  const from = flag!.startsWith('--from=') ? stages.get(flag!.slice('--from='.length)) : undefined;
  const paths = from ? others : words;
  const target = paths.at(-1)!;
  for (const source of paths.slice(0, -1)) {
    const isInto = target.endsWith('/');
    const to = placeOf(stage, isInto ? path.posix.join(target, path.posix.basename(source)) : target);
    await cp(from ? placeOf(from, source) : path.join(PROJECT, source), to, { recursive: true });
  }
}

/** Absolute paths lie in the stage's folder. Only root may give files away: another user does without. */
function runStep(stage: Stage, command: string): void {
  const here = command.replace(/(?<= )\/(?=\w)/g, `${stage.folder}/`);
  execFileSync('sh', ['-euc', isRoot ? here : here.replace(/ && chown .*/, '')], {
    cwd: placeOf(stage, '.'),
    env: { ...process.env, ...stage.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function start(stage: Stage): Promise<void> {
  // The only place that may be written to, as with a read-only root.
  const data = placeOf(stage, '/data');
  if (isRoot) await chown(data, UNPRIVILEGED, UNPRIVILEGED);
  const user = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const env = {
    ...stage.env,
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: data,
    NARRATOR_DATA: data,
    NARRATOR_CACHE: path.join(data, 'cache'),
    NARRATOR_WEB_PORT: '18686',
  };
  const cwd = placeOf(stage, '.');
  const [file = '', ...args] = stage.command;
  const child = spawn(file, args, { cwd, env, ...user, stdio: ['ignore', 'inherit', 'inherit'] });
  service = child;
  const closed = once(child, 'close');
  const url = `http://127.0.0.1:${env.NARRATOR_WEB_PORT}`;
  await answers(`${url}/healthz`);
  await answers(`${url}/readyz`);
  const [probe = '', ...probeArgs] = stage.healthcheck;
  execFileSync(probe, probeArgs, { env, ...user });
  process.stdout.write('The health check passes; ending it.\n');
  child.kill('SIGTERM');
  const over = new AbortController();
  const ended = await Promise.race([closed, wait(STOP_MS, null, { signal: over.signal })]);
  over.abort();
  if (ended?.[0] !== 0)
    throw new Error(`It ended with ${ended === null ? 'nothing in time' : ended.join()}.`);
  process.stdout.write(
    `Installed, started as user ${user.uid ?? 'of this shell'}, healthy, ready, ended with 0.\n`,
  );
}

async function answers(url: string): Promise<void> {
  for (const until = performance.now() + READY_MS; ; await wait(200)) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    if (performance.now() > until) throw new Error(`${url} answered ${await answer?.text()}.`);
    if (service?.exitCode !== null) throw new Error(`It ended with ${service?.exitCode}.`);
  }
}
