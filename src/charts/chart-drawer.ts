import { Worker } from 'node:worker_threads';
import { NarratorError } from '../errors.ts';
import type { Chart } from './chart.ts';
import type { ChartLook } from './render-chart.ts';

export interface ChartRequest {
  readonly id: number;
  readonly chart: Chart;
  /** An SVG file of that look; a PNG file where there is none. */
  readonly svg?: ChartLook;
}

export type ChartAnswer =
  | { readonly id: number; readonly file: Uint8Array | string }
  | { readonly id: number; readonly fault: string };

export interface ChartDrawer {
  /**
   * Draws a chart as a PNG file.
   *
   * @throws NarratorError `charts-busy`, `chart-failed`
   */
  draw(chart: Chart): Promise<Uint8Array>;
  /**
   * Draws a chart as the text of an SVG file.
   *
   * @throws NarratorError `charts-busy`, `chart-failed`
   */
  drawSvg(chart: Chart, look: ChartLook): Promise<string>;
  /** Ends the thread. What it is at is not answered. */
  close(): Promise<void>;
}

const MAX_WAITING = 20;
const PATIENCE_MS = 20_000;

/**
 * Draws charts in a thread of its own, begun with the first: ECharts takes 50 ms and more for one, during which nobody
 * would be answered.
 */
export function createChartDrawer(): ChartDrawer {
  const waiting = new Map<number, (answer: ChartAnswer) => void>();
  let thread: Worker | undefined;
  let lastId = 0;

  function start(): Worker {
    const worker = new Worker(new URL('./chart-thread.ts', import.meta.url));
    // It alone keeps no process alive.
    worker.unref();
    worker.on('message', (answer: ChartAnswer) => waiting.get(answer.id)?.(answer));
    worker.on('error', error => end(worker, `the thread failed: ${error.message}`));
    worker.on('exit', () => end(worker, 'the thread ended'));
    return worker;
  }

  function end(worker: Worker, fault: string): void {
    if (thread !== worker) return;
    thread = undefined;
    for (const [id, answer] of waiting) answer({ id, fault });
  }

  async function ask(request: Omit<ChartRequest, 'id'>): Promise<Uint8Array | string> {
    if (waiting.size >= MAX_WAITING) {
      throw new NarratorError('charts-busy', 'Too many charts are being drawn: try again in a moment.');
    }
    thread ??= start();
    const id = ++lastId;
    const { promise, resolve } = Promise.withResolvers<ChartAnswer>();
    waiting.set(id, resolve);
    const timer = setTimeout(() => {
      const worker = thread;
      if (worker) end(worker, `no answer within ${PATIENCE_MS / 1000} seconds`);
      void worker?.terminate();
    }, PATIENCE_MS);
    try {
      thread.postMessage({ id, ...request } satisfies ChartRequest);
      const answer = await promise;
      if ('file' in answer) return answer.file;
      throw new NarratorError('chart-failed', 'The chart could not be drawn.', {
        cause: new Error(answer.fault),
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  return {
    draw: async chart => (await ask({ chart })) as Uint8Array,
    drawSvg: async (chart, svg) => (await ask({ chart, svg })) as string,
    async close() {
      const worker = thread;
      if (worker) end(worker, 'the service is being stopped');
      await worker?.terminate();
    },
  };
}
