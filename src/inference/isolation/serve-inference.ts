import { writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SceneMeasurer } from '../engines/embedded/measure-image.ts';
import type { Engine } from '../engines/engine.ts';
import { type Description, describeBytes, type Narration } from '../narrator.ts';
import { type FromChild, packError, type ToChild } from './messages.ts';

/** Growing text is passed on at most this often: each message repeats all of it. */
const TEXT_INTERVAL_MS = 100;

interface ChildContext {
  /** Tells the parent, in a sentence, what went wrong without being a failure. */
  readonly onWarning: (warning: string) => void;
}

/**
 * The inference process's side of `startChild`: makes the engine that the parent asks for, answers requests, and exits
 * when told to, or when the parent is gone.
 *
 * @param createEngine gets the parent's configuration; called once
 * @param createMeasurer the same; what it makes measures the pictures whose scene the engine does not give
 */
export function serveInference<Config>(
  createEngine: (config: Config, context: ChildContext) => Engine | Promise<Engine>,
  createMeasurer?: (config: Config, context: ChildContext) => SceneMeasurer | undefined,
): void {
  const running = new Map<number, AbortController>();
  let engine: Promise<Engine> | undefined;
  let measurer: SceneMeasurer | undefined;
  let hasWarned = false;

  function send(message: FromChild): void {
    // Without a parent there is no one to tell; `disconnect` ends the process.
    if (process.connected) process.send!(message, undefined, undefined, () => {});
  }

  async function start(config: Config): Promise<Engine> {
    const context: ChildContext = { onWarning: warning => send({ type: 'warning', warning }) };
    measurer = createMeasurer?.(config, context);
    const created = await createEngine(config, context);
    const { name, model, promptVersion } = created;
    send({ type: 'started', identity: { name, model, promptVersion } });
    return announceLoading(created, send);
  }

  async function answer({ id, bytes, streams, ...request }: ToChild & { type: 'describe' }): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, controller);
    let isDecoding = false;
    try {
      const ready = await engine!;
      signal.throwIfAborted();
      isDecoding = true;
      const narration = await describeBytes(ready, bytes, {
        ...request,
        // Not the file's own: those who share a run share its errors, and need not learn each other's file names.
        name: 'The image',
        signal,
        onDecoded: () => {
          isDecoding = false;
        },
        ...(streams ? { onText: throttle(text => send({ type: 'text', id, text })) } : {}),
      });
      send({ type: 'done', id, description: await addScene(narration, signal) });
    } catch (error) {
      const packed = packError(error);
      const isStuck = packed.code === 'decode-timeout' || (signal.aborted && isDecoding);
      send({ type: 'failed', id, error: packed, isStuck });
    } finally {
      running.delete(id);
    }
  }

  /** What the picture bears out is worth less than the description: where it cannot be measured, it is left out. */
  async function addScene({ decoded, ...description }: Narration, signal: AbortSignal): Promise<Description> {
    if (!measurer || description.scene) return description;
    const { timings } = description;
    const began = performance.now();
    try {
      const scene = await measurer.measure(decoded, signal);
      // Not the engine's time, but the request's.
      const total = timings.total + performance.now() - began;
      return { ...description, scene, timings: { ...timings, total } };
    } catch (error) {
      signal.throwIfAborted();
      if (!hasWarned) {
        hasWarned = true;
        send({ type: 'warning', warning: `Pictures cannot be measured: ${packError(error).detail}` });
      }
      return description;
    }
  }

  async function stop(): Promise<void> {
    await (await engine)?.close();
    await measurer?.close();
    process.exit();
  }

  process.on('message', (message: ToChild) => {
    switch (message.type) {
      case 'start':
        engine = start(message.config as Config);
        // Each request tells of it.
        engine.catch(() => {});
        break;
      case 'describe':
        void answer(message);
        break;
      case 'cancel':
        running.get(message.id)?.abort();
        break;
      case 'stop':
        stop().catch(() => process.exit(1));
        break;
    }
  });
  process.on('disconnect', () => process.exit());
  // A terminal's Ctrl-C and a service manager's stop reach all processes of the group; the parent decides.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  void preferForTheOutOfMemoryKiller();
  watchParent();
}

/**
 * Loading serves every request to come, so that it goes on when the one that began it is cancelled; how long it may
 * take is the parent's to decide.
 */
function announceLoading(engine: Engine, send: (message: FromChild) => void): Engine {
  let isLoaded = false;
  let waiting = 0;
  return {
    name: engine.name,
    // Some know their revision only once they are loaded.
    get model() {
      return engine.model;
    },
    memoryNeed: engine.memoryNeed?.bind(engine),
    async load(signal) {
      if (!isLoaded) {
        if (waiting++ === 0) send({ type: 'loading' });
        try {
          await engine.load();
          isLoaded = true;
        } finally {
          if (--waiting === 0) send({ type: 'loaded' });
        }
      }
      signal?.throwIfAborted();
    },
    describe: (image, request, signal) => engine.describe(image, request, signal),
    close: () => engine.close(),
  };
}

/** Where memory runs out, Linux should end this process and not the parent. Others have no such file. */
async function preferForTheOutOfMemoryKiller(): Promise<void> {
  await writeFile('/proc/self/oom_score_adj', '500').catch(() => {});
}

/** In a thread of its own, since a model that never ends keeps this one from noticing that the parent died. */
function watchParent(): void {
  new Worker(new URL('watch-parent.ts', import.meta.url), { workerData: process.ppid }).unref();
}

/** Calls `told` with the latest text at once, and then at most every `TEXT_INTERVAL_MS`. */
function throttle(told: (text: string) => void): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return text => {
    const now = performance.now();
    if (now - last < TEXT_INTERVAL_MS) return;
    last = now;
    told(text);
  };
}
