import { open, stat } from 'node:fs/promises';
import { BenchmarkError } from './benchmark-error.ts';
import { type StoredPrediction, storedPrediction } from './run-record.ts';

const MOST_BYTES = 500_000_000;
const LONGEST_LINE = 1_000_000;
const NEWLINE = 0x0a;
const READ_BACK = 65_536;

/**
 * Each item's last prediction, where it first stood. A last line without its end was being written when the process
 * died: it is left out.
 *
 * @returns none where there is no such file
 * @throws BenchmarkError naming the line that is damaged
 */
export async function readPredictions(file: string): Promise<StoredPrediction[]> {
  const bytes = await sizeOf(file);
  if (bytes === null) return [];
  if (bytes > MOST_BYTES) throw damaged(file, `is larger than ${MOST_BYTES / 1e6} MB`);
  const found = new Map<string, StoredPrediction>();
  let number = 0;
  for await (const line of wholeLines(file)) {
    number++;
    const prediction = parseLine(line);
    if (!prediction) throw damaged(file, `holds something else than a prediction in line ${number}`);
    found.set(prediction.id, prediction);
  }
  return [...found.values()];
}

/** Appends a line, after cutting off what a killed process left of one, and waits until the disk has it. */
export async function appendPrediction(file: string, prediction: StoredPrediction): Promise<void> {
  const line = Buffer.from(`${JSON.stringify(storedPrediction.parse(prediction))}\n`);
  if (line.length > LONGEST_LINE)
    throw damaged(file, `would get a line of more than ${LONGEST_LINE / 1e6} MB`);
  await using handle = await open(file, 'a+');
  const { size } = await handle.stat();
  const whole = await endOfWholeLines(handle, size);
  if (whole < size) await handle.truncate(whole);
  if (whole + line.length > MOST_BYTES) throw damaged(file, `has reached ${MOST_BYTES / 1e6} MB`);
  await handle.appendFile(line);
  await handle.datasync();
}

/** Lines that have their end. */
async function* wholeLines(file: string): AsyncIterable<string> {
  await using handle = await open(file);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of handle.createReadStream({ autoClose: false })) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > LONGEST_LINE) throw damaged(file, `holds a line of more than ${LONGEST_LINE / 1e6} MB`);
  }
}

function parseLine(line: string): StoredPrediction | undefined {
  try {
    return storedPrediction.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Where the last whole line of a file ends. */
async function endOfWholeLines(
  handle: { read(buffer: Buffer, options: { position: number; length: number }): Promise<unknown> },
  size: number,
): Promise<number> {
  for (let end = size; end > 0; ) {
    const length = Math.min(end, end === size ? 1 : READ_BACK);
    const buffer = Buffer.alloc(length);
    await handle.read(buffer, { position: end - length, length });
    const at = buffer.lastIndexOf(NEWLINE);
    if (at >= 0) return end - length + at + 1;
    end -= length;
  }
  return 0;
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function damaged(file: string, fault: string): BenchmarkError {
  return new BenchmarkError(
    'benchmark-run',
    `${file} ${fault}: put the file back from a copy, or delete the run's folder and run it anew.`,
  );
}
