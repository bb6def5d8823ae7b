// A program with a narration service. `describe`: prints a description and what native libraries the program loaded.
// `wait <behaviour>`: asks for a description, says to its parent which process is at it, and waits to be killed.
import { setTimeout as wait } from 'node:timers/promises';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import { createNarrationService } from '../../src/inference/narration-service.ts';
import { type BEHAVIOURS, MISBEHAVING_CHILD, picture } from './isolation/misbehaviour.ts';

const [task, behaviour] = process.argv.slice(2);
const service = createNarrationService({
  engines: [{ engine: 'embedded', cacheFolder: null }],
  env: process.env,
  ...(task === 'wait' ? { entry: MISBEHAVING_CHILD } : {}),
});
const request = { source: 'test', style: 'vivid', deadlineMs: 20_000 } as const;

if (task === 'wait') {
  void service.describe({ ...request, bytes: picture(behaviour as keyof typeof BEHAVIOURS) }).catch(() => {});
  while (!service.status()[0]?.model) await wait(5);
  process.send!(service.status()[0]!.pid);
  await wait(60_000);
} else {
  const bytes = drawPng(320, 240, (_, y) => (y < 0.5 ? [90, 160, 235] : [40, 120, 50]));
  const { text } = await service.describe({ ...request, bytes });
  const nativeCode = listNativeCode();
  await import('sharp');
  console.log(JSON.stringify({ text, nativeCode, nativeCodeOnceLoaded: listNativeCode() }));
  await service.close(1000);
}

function listNativeCode(): string[] {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects.filter(file => /\.node$|onnxruntime|vips/.test(file));
}
