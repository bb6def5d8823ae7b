import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BotMetrics } from '../bots/commands/bot-metrics.ts';

/** What is read at the moment when Prometheus asks. */
interface MetricsSource {
  status(): readonly { readonly engine: string; readonly waiting: number }[];
  isReady(): boolean;
}

/** The service's figures, as Prometheus reads them. No label has a person, a place or an address in it. */
export interface ServiceMetrics extends BotMetrics {
  /** An inference process began. */
  inferenceStarted(engine: string): void;
  /** An inference process ended: `crashed`, `memory`, `idle`, … */
  inferenceEnded(engine: string, reason: string): void;
  storeFailed(code: string): void;
  /** @param route the pattern of the route, not the path */
  answered(method: string, route: string, status: number, ms: number): void;
  /** From where the queue and the readiness are read; there is none before. */
  watch(source: MetricsSource): void;
  /** The text that Prometheus reads, and its content type. */
  read(): Promise<{ readonly text: string; readonly type: string }>;
}

/** A description takes from tens of milliseconds (the embedded engine) to minutes (a large model on a processor). */
const ENGINE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const REPLY_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/**
 * Makes the metrics, in a registry of their own. Names and units follow https://prometheus.io/docs/practices/naming/.
 */
export function createServiceMetrics(): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  let source: MetricsSource | undefined;

  const descriptions = new Counter({
    name: 'narrator_descriptions_total',
    help: 'Images that were described, or could not be.',
    labelNames: ['platform', 'engine', 'outcome'],
    registers,
  });
  const engineSeconds = new Histogram({
    name: 'narrator_engine_duration_seconds',
    help: "The engine's own work on one image.",
    labelNames: ['engine'],
    buckets: ENGINE_SECONDS,
    registers,
  });
  const replySeconds = new Histogram({
    name: 'narrator_reply_duration_seconds',
    help: 'From the event, or the request, to the reply with descriptions.',
    labelNames: ['platform'],
    buckets: REPLY_SECONDS,
    registers,
  });
  const starts = new Counter({
    name: 'narrator_inference_starts_total',
    help: 'Starts of inference processes.',
    labelNames: ['engine'],
    registers,
  });
  const ends = new Counter({
    name: 'narrator_inference_ends_total',
    help: 'Ends of inference processes, by reason: crashed, memory, cancelled and load-timeout are restarts.',
    labelNames: ['engine', 'reason'],
    registers,
  });
  const storeErrors = new Counter({
    name: 'narrator_store_errors_total',
    help: 'Calls to the store that failed after retries.',
    labelNames: ['code'],
    registers,
  });
  const requests = new Counter({
    name: 'narrator_http_requests_total',
    help: 'Answers of the pages and the API.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'narrator_http_request_duration_seconds',
    help: 'From a request to its answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  });
  new Gauge({
    name: 'narrator_queue_images',
    help: 'Images that wait for an engine.',
    labelNames: ['engine'],
    registers,
    collect() {
      for (const { engine, waiting } of source?.status() ?? []) this.set({ engine }, waiting);
    },
  });
  new Gauge({
    name: 'narrator_ready',
    help: '1 where events are answered, else 0: /readyz says why not.',
    registers,
    collect() {
      this.set(source?.isReady() ? 1 : 0);
    },
  });

  return {
    described(platform, engine, engineMs) {
      descriptions.inc({ platform, engine, outcome: engineMs === null ? 'failed' : 'described' });
      if (engineMs !== null) engineSeconds.observe({ engine }, engineMs / 1000);
    },
    replied: (platform, totalMs) => replySeconds.observe({ platform }, totalMs / 1000),
    inferenceStarted: engine => starts.inc({ engine }),
    inferenceEnded: (engine, reason) => ends.inc({ engine, reason }),
    storeFailed: code => storeErrors.inc({ code }),
    answered(method, route, status, ms) {
      requests.inc({ method, route, status });
      requestSeconds.observe({ route }, ms / 1000);
    },
    watch(from) {
      source = from;
    },
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
  };
}
