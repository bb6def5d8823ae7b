import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import type { FromChild, ToChild } from './messages.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Why an inference process ended: it was told to (`stopped`), its model was not used (`idle`), it would not let go of a
 * cancelled request (`cancelled`), loading took too long (`load-timeout`), it took too much memory (`memory`), or it
 * ended by itself or by someone else's hand (`crashed`).
 */
export type EndReason = 'stopped' | 'idle' | 'cancelled' | 'load-timeout' | 'memory' | 'crashed';

export interface ChildEnd {
  readonly pid: number;
  readonly reason: EndReason;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to its standard output and error. */
  readonly lastWords: string;
}

export interface InferenceChild {
  readonly pid: number;
  send(message: ToChild): void;
  /** Ends the process at once. */
  kill(reason: EndReason): void;
  /** Has the process release its model and exit; ends it where that takes longer than `graceMs`. */
  stop(reason: EndReason, graceMs: number): void;
  /** Never rejects. */
  readonly ended: Promise<ChildEnd>;
}

export interface ChildOptions {
  /** The module that the process runs; it calls `serveInference`. */
  readonly entry: URL;
  readonly config: unknown;
  readonly env: Environment;
  /** The most resident memory in bytes; null sets no limit. Watched on Linux only. */
  readonly maxMemory: number | null;
  readonly onMessage: (message: FromChild) => void;
}

/** Often enough that a process which fills a gigabyte a second is over its limit by a tenth of that. */
const MEMORY_INTERVAL_MS = 100;
/**
 * By so much it is nicer than its parent. An engine computes on all cores for tenths of a second; whoever answers a
 * platform needs a millisecond of one, and needs it now.
 */
const NICER = 10;
const MOST_NICE = 19;
const MAX_LAST_WORDS = 4000;
/** A process that cannot be ended (in an uninterruptible wait of a driver) is given up after this. */
const GIVE_UP_AFTER_MS = 5000;
const CLOSE_AFTER_EXIT_MS = 1000;

/**
 * What the process gets of the environment: what libraries and proxies need. The bots' tokens stay in the parent, away
 * from the code that decodes strangers' images.
 */
const PASSED_ON =
  /^(?:PATH|HOME|USERPROFILE|TMP|TEMP|TMPDIR|LANG|LC_.*|TZ|SystemRoot|LOCALAPPDATA|XDG_.*|LD_LIBRARY_PATH|DYLD_.*|CUDA_.*|NVIDIA_.*|VK_.*|OMP_.*|SSL_CERT_.*|NODE_EXTRA_CA_CERTS|(?:HTTPS?|NO)_PROXY)$/i;

/** Starts an inference process. Whoever starts one ends it: `kill` or `stop`, then `await ended`. */
export function startChild({ entry, config, env, maxMemory, onMessage }: ChildOptions): InferenceChild {
  const child = fork(entry, {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name))),
    // Not the parent's own flags, such as a debugger's port.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { promise: ended, resolve } = Promise.withResolvers<ChildEnd>();
  const pid = child.pid ?? 0;
  yieldToParent(pid);
  let reason: EndReason = 'crashed';
  let lastWords = '';
  let isOver = false;
  const timers: NodeJS.Timeout[] = [];
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-MAX_LAST_WORDS);
    });
  }

  function end(code: number | null, signal: NodeJS.Signals | null): void {
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
    // A process that was given up holds up the parent's own end no longer.
    child.unref();
    child.channel?.unref();
    resolve({ pid, reason, code, signal, lastWords: lastWords.trim() });
  }
  function kill(why: EndReason): void {
    if (isOver) return;
    if (reason === 'crashed') reason = why;
    child.kill('SIGKILL');
    timers.push(setTimeout(() => end(null, null), GIVE_UP_AFTER_MS));
  }
  function send(message: ToChild): void {
    // A process that just died cannot be told; `ended` says so.
    if (child.connected) child.send(message, () => {});
  }

  // Not at `exit`: only at `close` have all its messages and words arrived. It waits for whoever else holds the pipes.
  child.once('close', end);
  child.once('exit', (code, signal) => timers.push(setTimeout(() => end(code, signal), CLOSE_AFTER_EXIT_MS)));
  child.once('error', error => {
    lastWords += error.message;
    if (child.pid === undefined) end(null, null);
  });
  child.on('message', onMessage);
  if (maxMemory !== null && process.platform === 'linux') {
    timers.push(
      setInterval(async () => {
        const resident = await readResidentMemory(pid);
        if (resident > maxMemory) kill('memory');
      }, MEMORY_INTERVAL_MS).unref(),
    );
  }
  send({ type: 'start', config });

  return {
    pid,
    send,
    kill,
    stop(why, graceMs) {
      if (isOver) return;
      if (reason === 'crashed') reason = why;
      send({ type: 'stop' });
      timers.push(setTimeout(() => kill(why), graceMs));
    },
    ended,
  };
}

/**
 * Has the system prefer the parent. At once after the start: on Linux it holds for the main thread alone, and threads
 * have it from the one that starts them (setpriority(2)).
 */
function yieldToParent(pid: number): void {
  // 0 would be this process itself.
  if (pid === 0) return;
  try {
    setPriority(pid, Math.min(MOST_NICE, getPriority() + NICER));
  } catch {
    // It has ended already, or the system does not let us: it works all the same.
  }
}

/** In bytes (proc(5), `VmRSS`); 0 where the process is gone. */
async function readResidentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
