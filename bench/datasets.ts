/**
 * Opens generated data sets of growing size, each in a process of its own whose heap may not grow beyond --heap MiB,
 * and prints processor time and peak memory. A loader that held its set in memory would end with "heap out of memory". Files lie
 * in a temporary folder that is removed.
 *
 *   npm run bench:datasets -- [--megabytes 25,100,400] [--formats coco,karpathy,youdescribe,mad,jsonl] [--heap 64]
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDataset } from '../src/benchmarks/datasets/open-dataset.ts';

const MB = 1_000_000;

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '25,100,400' },
    formats: { type: 'string', default: 'coco,karpathy,youdescribe,mad,jsonl' },
    heap: { type: 'string', default: '64' },
    open: { type: 'string' },
  },
});

if (values.open !== undefined) await measure(values.open);
else await compare(values.formats.split(','), values.megabytes.split(',').map(Number));

/** In the child: opens a set, goes through it once, and prints what that took. */
async function measure(spec: string): Promise<void> {
  const dataset = await openDataset(spec);
  const openS = processorSeconds();
  let references = 0;
  for await (const item of dataset.items()) references += item.references.length;
  const readS = processorSeconds() - openS;
  const peakMb = (process.resourceUsage().maxRSS * 1024) / MB;
  console.log(JSON.stringify({ items: dataset.count, references, openS, readS, peakMb }));
}

/** Of this process so far. Unlike the clock's it does not depend on what else the machine does. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function compare(formats: readonly string[], sizes: readonly number[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'narrator-bench-'));
  try {
    console.log(row('set', 'file MB', 'items', 'references', 'open s', 'go through s', 'peak MB'));
    print('samples', 0, 'samples');
    for (const format of formats) {
      for (const size of sizes) {
        const file = join(
          folder,
          format === 'youdescribe' ? 'set.csv' : `set.${format === 'jsonl' ? 'jsonl' : 'json'}`,
        );
        await pipeline(Readable.from(generate(format, size * MB)), createWriteStream(file));
        print(format, statSync(file).size / MB, `${format}:${file}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(name: string, megabytes: number, spec: string): void {
  const output = execFileSync(
    process.execPath,
    [`--max-old-space-size=${values.heap}`, fileURLToPath(import.meta.url), '--open', spec],
    { encoding: 'utf8' },
  );
  const { items, references, openS, readS, peakMb } = JSON.parse(output);
  const numbers = [
    megabytes.toFixed(0),
    items,
    references,
    openS.toFixed(1),
    readS.toFixed(1),
    peakMb.toFixed(0),
  ];
  console.log(row(name, ...numbers));
}

function row(...cells: (string | number)[]): string {
  return cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(13))).join('');
}

/** About so many bytes of text, in pieces. */
function* generate(format: string, bytes: number): Generator<string> {
  const caption = (i: number) => `A grey bicycle number ${i} stands beside a wall of the old café.`;
  if (format === 'coco') {
    // As in COCO, the five captions of an image lie far apart.
    const count = Math.round(bytes / 680);
    yield '{"images": [';
    for (let id = 0; id < count; id++) {
      const name = `${String(id).padStart(12, '0')}.jpg`;
      const url = `http://images.example/train2017/${name}`;
      yield `${id > 0 ? ', ' : ''}${JSON.stringify({ license: 3, file_name: name, coco_url: url, height: 427, width: 640, id })}`;
    }
    yield '], "annotations": [';
    for (let i = 0; i < count * 5; i++)
      yield `${i > 0 ? ', ' : ''}${JSON.stringify({ image_id: i % count, id: i, caption: caption(i) })}`;
    yield ']}';
  } else if (format === 'karpathy') {
    const sentences = (i: number) =>
      [0, 1, 2, 3, 4].map(n => ({
        tokens: caption(i).split(' '),
        raw: caption(i * 5 + n),
        imgid: i,
        sentid: i * 5 + n,
      }));
    const count = Math.round(bytes / 1170);
    yield '{"images": [';
    for (let i = 0; i < count; i++)
      yield `${i > 0 ? ', ' : ''}${JSON.stringify({ filepath: 'val2014', filename: `${i}.jpg`, imgid: i, split: 'test', sentences: sentences(i), cocoid: i })}`;
    yield '], "dataset": "coco"}';
  } else if (format === 'mad') {
    const count = Math.round(bytes / 160);
    yield '{';
    for (let i = 0; i < count; i++)
      yield `${i > 0 ? ', ' : ''}"${i}": ${JSON.stringify({ movie: '0001', sentence: caption(i), ext_timestamps: [i, i + 2.5], movie_duration: 5400 })}`;
    yield '}';
  } else if (format === 'youdescribe') {
    const count = Math.round(bytes / 145);
    yield 'videos_youtube_id,audio_descriptions_id,audio_clips_id,videos_youtube_status,file_path,file_name,start_time,end_time,duration,playback_type,transcript_sentence\n';
    for (let i = 0; i < count; i++)
      yield `2C4b0ynGNh0,58e7cf31,58e7cf5a${i},available,/legacy,${i}.wav,65.7,65.7,11.76,extended,"${caption(i)}"\n`;
  } else {
    const count = Math.round(bytes / 390);
    for (let i = 0; i < count; i++)
      yield `${JSON.stringify({ image: `${i}.jpg`, captions: [0, 1, 2, 3, 4].map(n => caption(i * 5 + n)) })}\n`;
  }
}
