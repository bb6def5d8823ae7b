import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import { readLaunchFile } from '../../launch/launch-file.ts';
import { checkNumbers } from '../../launch/thread/check-numbers.ts';
import { draftThread } from '../../launch/thread/draft-thread.ts';
import { drawRunCharts } from '../../launch/thread/draw-run-charts.ts';
import { hashContent } from '../../launch/thread/hash-content.ts';
import { parsePostTime } from '../../launch/thread/parse-post-time.ts';
import { ThreadError } from '../../launch/thread/thread-error.ts';
import { openStore } from '../../store/open-store.ts';
import { openMeasuredRun } from '../bench/open-measured-run.ts';
import type { Terminal } from '../terminal.ts';
import type { DraftOptions } from './draft-command.ts';
import { showThread, threadJson } from './show-thread.ts';

const DEFAULT_TEMPLATE = fileURLToPath(new URL('../../../config/thread-template.txt', import.meta.url));
const MAX_TITLE_CHARS = 200;

/**
 * @throws ThreadError where the template or the run does not do; NarratorError `usage`, `benchmark-run`, `benchmark-scores`,
 *   `thread-template-file`; LaunchFileError; StoreError
 */
export async function draft(terminal: Terminal, options: DraftOptions): Promise<void> {
  const { env, stdout } = terminal;
  const now = Date.now();
  const postAt = options.postAt === undefined ? null : parsePostTime(options.postAt, now);
  const config = readConfig(env);
  const { approval: limits } = await readLaunchFile(config.launch.file);
  const template = await readTemplate(options.template ?? DEFAULT_TEMPLATE);
  const { runs, record, scores } = await openMeasuredRun(terminal, options.run, undefined);
  const title =
    options.title ?? `${record.dataset.name}: ${record.contenders.map(({ name }) => name).join(', ')}`;
  const store = await openStore(config.store);
  try {
    const { samples } = store;
    const drafted = await draftThread({
      ...{ record, scores, template, samples, now, limits },
      drawCharts: drawRunCharts,
    });
    const row = {
      id: newThreadId(now),
      title: title.slice(0, MAX_TITLE_CHARS),
      ...drafted,
      contentHash: hashContent(drafted.content),
      runId: record.id,
      postAt,
      createdAt: now,
      createdBy: `cli:${userInfo().username}`,
    };
    const faults = await checkNumbers(row, { runs, samples, now, limits });
    if (faults.length > 0) throw new ThreadError('thread-draft', 'The thread cannot be drafted', faults);
    await store.launch.createThread(row);
    const kept = (await store.launch.thread(row.id))!;
    if (options.json) stdout.write(`${JSON.stringify(threadJson(kept))}\n`);
    else {
      stdout.write(showThread(kept, stdout));
      stdout.write(
        `\nKept as a draft; nothing is posted. To see it again: narrator launch preview ${row.id}\n`,
      );
    }
  } finally {
    await store.close();
  }
}

async function readTemplate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new NarratorError('thread-template-file', `The template ${path.resolve(file)} cannot be read.`, {
      cause,
    });
  }
}

/** Sorts by time, and can be typed: `t-20261201-4f3a`. */
function newThreadId(now: number): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  return `t-${day}-${randomBytes(3).toString('hex')}`;
}
