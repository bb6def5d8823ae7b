import { pruneJob } from '../../src/jobs/prune.ts';
import { createServiceMetrics } from '../../src/web/service-metrics.ts';
import type { WebOptions } from '../../src/web/start-web.ts';

export const TOKEN = 'an-api-token-of-32-letters-or-so';

/** A narration and a store that answer at once: what is tried here is who is let in, and how often. */
export function bareOptions(change: Partial<WebOptions> = {}): WebOptions {
  return {
    config: { host: '0.0.0.0', port: 0, token: TOKEN },
    limits: { perPersonPerMinute: 3, perServerPerMinute: 100, deadlineMs: 300 },
    narration: {
      status: () => [],
      describe: ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    },
    engines: ['embedded'],
    allowedAddresses: [],
    metrics: createServiceMetrics(),
    store: {
      descriptions: { days: async () => [], byModel: async () => [] } as never,
      samples: { series: async () => [] } as never,
      jobs: { history: () => Promise.reject(new Error('down')) } as never,
      ping: () => Promise.reject(new Error('no route to postgres://me:hunter22@db')),
    },
    readGoals: () => Promise.reject(new Error('down')),
    readBenchmark: async () => null,
    scheduled: [{ job: pruneJob, schedule: null, when: 'off' }],
    whyNotReady: () => ['Discord is not connected yet.'],
    log: { debug: () => {}, info: () => {}, error: () => {} },
    ...change,
  };
}
