import { NarratorError } from '../errors.ts';
import { drawPng } from '../inference/image/encode-png.ts';
import { listStored } from '../inference/models/model-store.ts';
import { verifyModel } from '../inference/models/verify-model.ts';
import type { Job, JobContext } from './job.ts';
import { JobError } from './job-error.ts';

const PICTURE_SIDE = 64;
/** For one engine, loading its model included. */
const DESCRIBE_MS = 300_000;

export const checkModelsJob: Job = {
  name: 'check-models',
  summary: 'see whether each engine describes a picture, pulled models are whole and the store answers',
  cron: '40 4 * * *',
  timeoutMs: 1_800_000,
  lateMs: 6 * 3_600_000,
  isRepeatable: true,
  async run(context, signal) {
    await context.store.ping();
    const faults = [...(await checkEngines(context, signal)), ...(await checkFiles(context, signal))];
    if (faults.length > 0) throw new JobError('check-failed', faults.join(' '));
    context.log.info({ engines: context.engines }, 'engines and models are as they should be');
  },
};

/** One after the other: two models at a time may not fit into the memory. */
async function checkEngines(
  { narration, engines, now, log }: JobContext,
  signal: AbortSignal,
): Promise<string[]> {
  const faults: string[] = [];
  // Another picture each time, so that no answer is one that was kept.
  const shade = now() % 256;
  const bytes = drawPng(PICTURE_SIDE, PICTURE_SIDE, (x, y) => [255 * x, 255 * y, shade]);
  for (const engine of engines) {
    try {
      const request = { bytes, source: 'check-models', engine, style: 'brief', isFresh: true } as const;
      const { text } = await narration.describe({ ...request, deadlineMs: DESCRIBE_MS, signal });
      if (text.trim() === '') faults.push(`The engine ${engine} described a picture with nothing.`);
    } catch (error) {
      signal.throwIfAborted();
      log.error({ engine, err: error }, 'an engine did not describe a picture');
      const why = error instanceof NarratorError ? error.message : 'The log has the details.';
      faults.push(`The engine ${engine} did not describe a picture: ${why}`);
    }
  }
  return faults;
}

async function checkFiles({ cacheFolder }: JobContext, signal: AbortSignal): Promise<string[]> {
  const faults: string[] = [];
  for (const { model, folder, manifest } of await listStored(cacheFolder)) {
    // One that is being pulled has no manifest yet.
    if (!manifest) continue;
    const [first, ...more] = await verifyModel({ folder, manifest }, signal);
    if (!first) continue;
    const others = more.length > 0 ? `, and ${more.length} more` : '';
    faults.push(
      `${model} is damaged (${first.path}: ${first.fault}${others}): "narrator models pull ${model}" mends it.`,
    );
  }
  return faults;
}
