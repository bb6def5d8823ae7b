import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Starts nothing by itself: see there.
    globalSetup: ['tests/store/lend-postgres.ts'],
    setupFiles: ['tests/seed-properties.ts'],
    include: ['tests/**/*.test.ts'],
    // ONNX Runtime and sharp are native and must not be shared between worker threads.
    pool: 'forks',
    // vitest leaves a core free: on two cores the suite takes 14 minutes so, and 9 with both.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    // Some tests hold real processes and sockets against a clock. Where the machine stalls they get a second try, which is shown.
    retry: 1,
    reporters: ['default'],
  },
});
