import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Starts nothing by itself: see there.
    globalSetup: ['tests/store/lend-postgres.ts'],
    setupFiles: ['tests/seed-properties.ts'],
    include: ['tests/**/*.test.ts'],
    // ONNX Runtime and sharp are native and must not be shared between worker threads.
    pool: 'forks',
    testTimeout: 30_000,
    reporters: ['default'],
  },
});
