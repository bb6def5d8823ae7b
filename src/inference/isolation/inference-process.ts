import type { Style } from '../engines/engine.ts';
import type { Description } from '../narrator.ts';
import { endedError } from './inference-error.ts';
import { type EngineIdentity, type FromChild, unpackError } from './messages.ts';
import { createRequestQueue, type Queued, type QueueLimits } from './request-queue.ts';
import { type ChildEnd, type EndReason, type InferenceChild, startChild } from './start-child.ts';

export interface ProcessLimits {
  readonly queue: QueueLimits;
  /** Requests that the engine is given at a time: 1 where it computes, more where it asks an endpoint. */
  readonly concurrency: number;
  /** The most resident memory of the process in bytes; null sets no limit. */
  readonly maxMemory: number | null;
  /** How long a cancelled request may go on, so that an engine can stop between two tokens. */
  readonly graceMs: number;
  /** The longest time to load the model. It is no request's own: one that gives up leaves it loading. */
  readonly loadMs: number;
  /** After so long without requests the process ends and gives its memory back. */
  readonly idleMs: number;
}

export interface InferenceProcessOptions {
  /** The module that the process runs. */
  readonly entry: URL;
  /** What its `createEngine` gets: plain data. */
  readonly config: unknown;
  /** The environment to take what libraries need from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limits: ProcessLimits;
  readonly onEvent: (event: InferenceEvent) => void;
}

/** For logs. None has anything of an image or of its description. */
export type InferenceEvent =
  | { readonly type: 'started'; readonly pid: number; readonly identity: EngineIdentity }
  | ({ readonly type: 'ended' } & ChildEnd)
  | { readonly type: 'warning'; readonly warning: string }
  | { readonly type: 'fault'; readonly detail: string };

interface InferenceRequest extends Queued {
  readonly style: Style;
  readonly maxTokens?: number;
  readonly onText?: (textSoFar: string) => void;
}

export interface InferenceProcess {
  /** What the engine called itself when the process last started. */
  readonly identity: EngineIdentity | undefined;
  /** The process that runs now. */
  readonly pid: number | undefined;
  /** Requests that wait. */
  readonly waiting: number;
  /**
   * Has an image described when its turn comes. Aborting answers at once and frees the place in the queue.
   *
   * @throws ImageError, ModelError, InferenceError; the signal's reason when aborted
   */
  describe(request: InferenceRequest, signal: AbortSignal): Promise<Description>;
  /**
   * Takes no more requests, gives those that it has `graceMs` to be done, refuses the rest, and ends the process.
   *
   * @returns when the process is gone
   */
  close(graceMs: number): Promise<void>;
}

/** The wait before the n-th start in a row that served nothing: none, 0.25 s, 0.5 s, … up to 5 s. */
function backOffMs(failures: number): number {
  return failures < 2 ? 0 : Math.min(250 * 2 ** (failures - 2), 5000);
}

/** Long enough to release a model; its memory is free only once the process is gone. */
const STOP_GRACE_MS = 2000;

interface Job extends InferenceRequest {
  readonly id: number;
  readonly submitted: number;
  isSettled: boolean;
  graceTimer: NodeJS.Timeout | undefined;
  resolve(description: Description): void;
  reject(error: unknown): void;
}

/**
 * Runs an engine in a process of its own, which is started with the first request and again after it ended, however it
 * ended. Decoders and models are native code that can crash, block or eat memory: here that costs the request at hand
 * and nothing else.
 */
export function createInferenceProcess(options: InferenceProcessOptions): InferenceProcess {
  const { limits, onEvent } = options;
  const queue = createRequestQueue<Job>(limits.queue);
  const running = new Map<number, Job>();
  let child: InferenceChild | undefined;
  let identity: EngineIdentity | undefined;
  /** Told to end, or ended: gets no more requests. */
  let isRetiring = false;
  /** Starting or loading its model: a request that gives up now is no reason to end it. */
  let isPreparing = false;
  let isClosing = false;
  let prepareTimer: NodeJS.Timeout | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let pauseTimer: NodeJS.Timeout | undefined;
  /** Crashes in a row. */
  let failures = 0;
  let nextId = 1;
  let onDrained: (() => void) | undefined;

  /** Hands waiting requests to the process while it has room. */
  function advance(): void {
    clearTimeout(idleTimer);
    if (queue.length === 0 && running.size === 0) {
      onDrained?.();
      idleTimer = setTimeout(() => retire('idle'), limits.idleMs).unref();
      return;
    }
    while (!isRetiring && !pauseTimer && running.size < limits.concurrency) {
      const job = queue.shift();
      if (!job) return;
      child ??= start();
      const { id, bytes, style, maxTokens, onText } = job;
      running.set(id, job);
      child.send({ type: 'describe', id, bytes, style, maxTokens, streams: onText !== undefined });
    }
  }

  function start(): InferenceChild {
    const started = startChild({ ...options, maxMemory: limits.maxMemory, onMessage: receive });
    prepare(true);
    void started.ended.then(afterEnd);
    return started;
  }

  function receive(message: FromChild): void {
    switch (message.type) {
      case 'started':
        identity = message.identity;
        onEvent({ type: 'started', pid: child!.pid, identity });
        prepare(false);
        break;
      case 'loading':
        prepare(true);
        break;
      case 'loaded':
        prepare(false);
        break;
      case 'text': {
        const job = running.get(message.id);
        if (job && !job.isSettled) job.onText?.(message.text);
        break;
      }
      case 'warning':
        onEvent(message);
        break;
      case 'done': {
        failures = 0;
        const job = release(message.id);
        job?.resolve(addWait(message.description, job));
        advance();
        break;
      }
      case 'failed': {
        failures = 0;
        const { error, isStuck } = message;
        // A cancelled request fails as it should, and no one hears of it.
        const job = release(message.id);
        if (error.kind === 'fault' && !job?.isSettled) onEvent({ type: 'fault', detail: error.detail });
        if (isStuck) end('cancelled');
        job?.reject(unpackError(error));
        advance();
        break;
      }
    }
  }

  /** Takes a request from the process, which has answered it. */
  function release(id: number): Job | undefined {
    const job = running.get(id);
    running.delete(id);
    clearTimeout(job?.graceTimer);
    return job;
  }

  function prepare(begins: boolean): void {
    isPreparing = begins;
    clearTimeout(prepareTimer);
    if (begins) {
      prepareTimer = setTimeout(() => end('load-timeout'), limits.loadMs);
      for (const job of running.values()) clearTimeout(job.graceTimer);
    } else {
      for (const job of running.values()) if (job.isSettled) allowGrace(job);
    }
  }

  /** Gives a cancelled request some time to let go of the engine. */
  function allowGrace(job: Job): void {
    if (isPreparing) return;
    clearTimeout(job.graceTimer);
    job.graceTimer = setTimeout(() => end('cancelled'), limits.graceMs);
  }

  function end(reason: EndReason): void {
    if (!child) return;
    isRetiring = true;
    child.kill(reason);
  }

  function retire(reason: EndReason): void {
    if (!child) return;
    isRetiring = true;
    child.stop(reason, STOP_GRACE_MS);
  }

  function afterEnd(ended: ChildEnd): void {
    const { reason } = ended;
    onEvent({ type: 'ended', ...ended });
    child = undefined;
    isRetiring = false;
    isPreparing = false;
    clearTimeout(prepareTimer);
    for (const job of [...running.values()].reverse()) {
      running.delete(job.id);
      clearTimeout(job.graceTimer);
      // It only shared the process with the one that would not end.
      if (reason === 'cancelled' && !job.isSettled) queue.putBack(job);
      else job.reject(endedError(reason, limits));
    }
    failures = reason === 'crashed' ? failures + 1 : 0;
    const pause = backOffMs(failures);
    if (pause > 0 && !isClosing) {
      pauseTimer = setTimeout(() => {
        pauseTimer = undefined;
        advance();
      }, pause);
    }
    advance();
  }

  function submit(request: InferenceRequest, signal: AbortSignal): Promise<Description> {
    const { promise, resolve, reject } = Promise.withResolvers<Description>();
    const settle = (job: Job) => {
      job.isSettled = true;
      signal.removeEventListener('abort', cancel);
    };
    const job: Job = {
      ...request,
      id: nextId++,
      submitted: performance.now(),
      isSettled: false,
      graceTimer: undefined,
      resolve(description) {
        settle(job);
        resolve(description);
      },
      reject(error) {
        settle(job);
        reject(error);
      },
    };
    function cancel(): void {
      job.reject(signal.reason);
      if (!queue.remove(job)) {
        child?.send({ type: 'cancel', id: job.id });
        allowGrace(job);
      }
      advance();
    }
    queue.push(job);
    signal.addEventListener('abort', cancel, { once: true });
    advance();
    return promise;
  }

  return {
    get identity() {
      return identity;
    },
    get pid() {
      return child?.pid;
    },
    get waiting() {
      return queue.length;
    },
    async describe(request, signal) {
      signal.throwIfAborted();
      if (isClosing) throw endedError('stopped', limits);
      return await submit(request, signal);
    },
    async close(graceMs) {
      isClosing = true;
      if (queue.length + running.size > 0) await drained(graceMs);
      for (let job = queue.shift(); job; job = queue.shift()) job.reject(endedError('stopped', limits));
      clearTimeout(pauseTimer);
      clearTimeout(idleTimer);
      if (!child) return;
      const { ended } = child;
      if (running.size > 0) end('stopped');
      else retire('stopped');
      await ended;
      clearTimeout(idleTimer);
    },
  };

  /** Resolves when nothing waits or runs any more, or after `graceMs`. */
  async function drained(graceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    onDrained = resolve;
    const timer = setTimeout(resolve, graceMs);
    await promise;
    clearTimeout(timer);
  }
}

function addWait(description: Description, { submitted }: Job): Description {
  const total = performance.now() - submitted;
  const queue = total - description.timings.total;
  return { ...description, timings: { ...description.timings, queue, total } };
}
