/**
 * Times what a benchmark run comes to (scores, intervals, paired tests) on a synthetic set.
 *
 *   npm run bench:scores -- [--images 40000] [--contenders 3]
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchmarkDataset } from '../src/benchmarks/dataset.ts';
import { measureRun } from '../src/benchmarks/measure-run.ts';
import { openRunFolder } from '../src/benchmarks/run-folder.ts';
import type { RunRecord, StoredPrediction } from '../src/benchmarks/run-record.ts';
import { synthesizeCaptions } from './synthetic-captions.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '40000' },
    contenders: { type: 'string', default: '3' },
  },
});
const images = Number(values.images);
const names = Array.from({ length: Number(values.contenders) }, (_, i) => `contender-${i + 1}`);

const dataset: BenchmarkDataset = {
  name: 'synthetic',
  split: 'all',
  task: 'caption',
  count: images,
  hash: createHash('sha256').update(String(images)).digest('hex'),
  remarks: [],
  async *items() {
    for (const { imageId, references } of synthesizeCaptions(images))
      yield { id: imageId, image: null, references, group: null, gap: null };
  },
};
const record: RunRecord = {
  schema: 1,
  id: 'timed',
  state: 'finished',
  createdAt: 0,
  finishedAt: 0,
  commit: null,
  isDirty: false,
  version: '0',
  dataset: {
    name: dataset.name,
    spec: 'synthetic',
    split: dataset.split,
    task: dataset.task,
    hash: dataset.hash,
    count: images,
    sampled: images,
    seed: 1,
    remarks: [],
  },
  request: { style: 'brief', promptVersion: '1', maxTokens: null },
  contenders: names.map(name => ({
    name,
    spec: name,
    slug: name,
    kind: 'recorded',
    identity: null,
    loadsMs: [],
  })),
  machine: { cpu: '', cores: 1, memoryBytes: 0, gpu: null, platform: '' },
  versions: {},
};

const path = mkdtempSync(join(tmpdir(), 'bench-scores-'));
try {
  const folder = openRunFolder(path);
  await folder.write(record);
  const predictions = join(folder.pathOf(record.id), 'predictions');
  await mkdir(predictions);
  const captions = [...synthesizeCaptions(images)].map(({ candidate }) => candidate);
  for (const [c, name] of names.entries()) {
    // Each next one is of another scene more often.
    const lines = captions.map(
      (_, i): StoredPrediction => ({
        id: String(i + 1),
        text: captions[i % 10 < c ? (i + 1) % images : i]!,
        error: null,
        describeMs: 100 + (i % 97) + c,
        firstTextMs: null,
        usage: null,
        grounding: {
          supported: i % 5,
          contradicted: i % 3,
          uncheckable: 1,
          supportedPer100Words: (i % 7) + c / 10,
        },
        quotes: null,
        at: 0,
      }),
    );
    await writeFile(
      join(predictions, `${name}.jsonl`),
      lines.map(line => `${JSON.stringify(line)}\n`).join(''),
    );
  }
  const started = performance.now();
  const before = process.cpuUsage();
  const { signal } = new AbortController();
  const scores = await measureRun({
    folder,
    record,
    dataset,
    resampling: { resamples: 1000, seed: 1 },
    signal,
  });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(
    `${cpus()[0]!.model}, ${availableParallelism()} cores, Node ${process.version}
${images.toLocaleString('en')} images with 5 references, ${names.length} contenders
${scores.comparisons.length} comparisons of ${scores.permutations!.toLocaleString('en')} tosses, ${scores.resamples.toLocaleString('en')} resamples
${seconds.toFixed(1)} s, of the processor ${((user + system) / 1e6).toFixed(1)} s, peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB
`,
  );
} finally {
  rmSync(path, { recursive: true });
}
