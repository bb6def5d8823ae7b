import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { BenchmarkError } from './benchmark-error.ts';
import { appendPrediction, readPredictions } from './prediction-file.ts';
import { type RunRecord, runRecord, type StoredPrediction } from './run-record.ts';
import { type RunScores, runScores } from './scores.ts';

/**
 * The runs that are kept in a folder, `data/benchmarks` unless told: see `runRecord`.
 *
 * Rejections: NarratorError `benchmark-run` naming the file, what is wrong with it and what to do.
 */
export interface RunFolder {
  /** The newest first; what cannot be read is left out and named in `unreadable`. */
  list(): Promise<{ readonly runs: readonly RunRecord[]; readonly unreadable: readonly string[] }>;
  /** @param id of a run, or `latest` for the newest finished one */
  read(id: string): Promise<RunRecord>;
  /** Writes `run.json` whole or not at all (a new file takes the old one's place). */
  write(record: RunRecord): Promise<void>;
  /** Each item's last prediction, in the order of the file. A last line that was cut off by a crash is left out. */
  predictions(record: RunRecord, contender: string): Promise<readonly StoredPrediction[]>;
  /** Appends, and waits until the disk has it. */
  append(record: RunRecord, contender: string, prediction: StoredPrediction): Promise<void>;
  /** Null where it has not been measured. */
  scores(id: string): Promise<RunScores | null>;
  writeScores(scores: RunScores): Promise<void>;
  /** The folder of a run, for what is exported. */
  pathOf(id: string): string;
}

/** An id is a folder's name and a slug a file's: neither leads anywhere else. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,119}$/;
const MOST_RECORD_BYTES = 4_000_000;
const MOST_SCORES_BYTES = 100_000_000;
const MOST_RUNS = 10_000;

/**
 * @param folder where the runs lie; it is made with the first run that is written
 */
export function openRunFolder(folder: string): RunFolder {
  const root = path.resolve(folder);
  /** Predictions are written one after the other, whoever asks for it. */
  const writing = new Map<string, Promise<void>>();

  function pathOf(id: string): string {
    if (!NAME.test(id)) {
      throw new BenchmarkError(
        'benchmark-run',
        `“${id.slice(0, 80)}” is no run's id: narrator bench list shows those that there are.`,
      );
    }
    return path.join(root, id);
  }

  function predictionsFile(record: RunRecord, contender: string): string {
    const found = record.contenders.find(({ name }) => name === contender);
    if (!found) {
      throw new BenchmarkError(
        'benchmark-run',
        `The run ${record.id} has no contender “${contender}”: it has ${record.contenders.map(({ name }) => name).join(', ')}.`,
      );
    }
    if (!NAME.test(found.slug)) {
      throw damaged(path.join(pathOf(record.id), 'run.json'), `names a file “${found.slug.slice(0, 80)}”`);
    }
    return path.join(pathOf(record.id), 'predictions', `${found.slug}.jsonl`);
  }

  async function read(id: string): Promise<RunRecord> {
    const file = path.join(pathOf(id), 'run.json');
    const record = await readJson(file, runRecord, MOST_RECORD_BYTES);
    if (!record) {
      throw new BenchmarkError(
        'benchmark-run',
        `There is no run ${id} in ${root}: narrator bench list shows those that there are.`,
      );
    }
    if (record.id !== id) throw damaged(file, `is the record of another run, ${record.id.slice(0, 80)}`);
    return record;
  }

  async function list() {
    const runs: RunRecord[] = [];
    const unreadable: string[] = [];
    const names = (await namesIn(root)).filter(name => NAME.test(name)).slice(0, MOST_RUNS);
    for (const name of names) {
      try {
        runs.push(await read(name));
      } catch (error) {
        if (!(error instanceof BenchmarkError)) throw error;
        unreadable.push(name);
      }
    }
    runs.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    return { runs, unreadable };
  }

  return {
    list,
    pathOf,
    async read(id) {
      if (id !== 'latest') return await read(id);
      const { runs } = await list();
      const latest = runs.find(({ state }) => state === 'finished');
      if (latest) return latest;
      throw new BenchmarkError(
        'benchmark-run',
        `There is no finished run in ${root}: narrator bench run makes one.`,
      );
    },
    async write(record) {
      await writeJson(path.join(pathOf(record.id), 'run.json'), runRecord.parse(record));
    },
    async predictions(record, contender) {
      return await readPredictions(predictionsFile(record, contender));
    },
    async append(record, contender, prediction) {
      const file = predictionsFile(record, contender);
      const before = writing.get(file) ?? Promise.resolve();
      const write = before.then(async () => {
        try {
          await mkdir(path.dirname(file), { recursive: true });
          await appendPrediction(file, prediction);
        } catch (error) {
          throw error instanceof BenchmarkError ? error : unwritable(file, error);
        }
      });
      // One that failed does not stop the next: it cuts off what the failed one left.
      writing.set(
        file,
        write.catch(() => {}),
      );
      await write;
    },
    async scores(id) {
      return await readJson(path.join(pathOf(id), 'scores.json'), runScores, MOST_SCORES_BYTES);
    },
    async writeScores(scores) {
      await writeJson(path.join(pathOf(scores.runId), 'scores.json'), runScores.parse(scores));
    },
  };
}

/** @returns names of the folders in it; none where it does not exist */
async function namesIn(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new BenchmarkError(
      'benchmark-run',
      `${root} cannot be read (${(error as Error).message}): check its permissions.`,
      { cause: error },
    );
  }
}

/** @returns null where there is no such file */
async function readJson<T>(file: string, schema: z.ZodType<T>, mostBytes: number): Promise<T | null> {
  let text: string;
  try {
    if ((await stat(file)).size > mostBytes) throw damaged(file, `is larger than ${mostBytes / 1e6} MB`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error instanceof BenchmarkError ? error : damaged(file, `cannot be read`, error);
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw damaged(file, 'is not JSON', error);
  }
  const { success, data: value, error } = schema.safeParse(data);
  if (success) return value;
  const { path: at, message } = error.issues[0]!;
  throw damaged(file, `has another shape than expected at “${at.join('.')}” (${message})`, error);
}

/** Written beside, brought to the disk, and put in the old one's place: a reader sees the one or the other. */
async function writeJson(file: string, value: unknown): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}-${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeThrough(temporary, `${JSON.stringify(value, null, 2)}\n`);
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): BenchmarkError {
  return new BenchmarkError(
    'benchmark-run',
    `${file} could not be written (${(cause as Error).message}): check that its folder may be written to and has room.`,
    { cause },
  );
}

async function writeThrough(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx');
  await handle.writeFile(text);
  await handle.sync();
}

/** The rename itself is only on the disk when the folder is. Windows cannot open one, and needs not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder);
  await handle.sync();
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function damaged(file: string, fault: string, cause?: unknown): BenchmarkError {
  return new BenchmarkError(
    'benchmark-run',
    `${file} ${fault}: put it back from a copy, or delete the run's folder.`,
    { cause },
  );
}
