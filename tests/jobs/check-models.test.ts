import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCacheFolder } from '../../src/inference/model-cache.ts';
import { createNarrationService, type NarrationService } from '../../src/inference/narration-service.ts';
import { checkModelsJob } from '../../src/jobs/check-models.ts';
import type { JobContext } from '../../src/jobs/job.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createLog } from './job-stage.ts';

let folder: string;
let store: Store;
let narration: NarrationService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-check-'));
  store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
  narration = createNarrationService({
    engines: [
      { engine: 'embedded', cacheFolder: defaultCacheFolder(process.env) },
      // Nothing listens there.
      { engine: 'openai', model: 'none', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'none' },
    ],
    env: process.env,
  });
});
afterAll(async () => {
  await narration.close(500);
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function contextOf(engines: string[]): JobContext {
  return {
    store,
    narration,
    engines,
    cacheFolder: folder,
    now: Date.now,
    log: createLog(),
  } as unknown as JobContext;
}

describe('check-models', () => {
  it('is content where the engine describes a picture and the store answers', async () => {
    const context = contextOf(['embedded']);
    await checkModelsJob.run(context, new AbortController().signal);
    expect((context.log as ReturnType<typeof createLog>).lines).toEqual([
      expect.objectContaining({ level: 'info' }),
    ]);
  });

  it('fails naming the engine that does not', async () => {
    await expect(
      checkModelsJob.run(contextOf(['embedded', 'openai']), new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'check-failed',
      message: expect.stringMatching(/^The engine openai did not describe a picture: /),
    });
  });

  it('ends when it is told to', async () => {
    const reason = new Error('over');
    await expect(checkModelsJob.run(contextOf(['embedded']), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
