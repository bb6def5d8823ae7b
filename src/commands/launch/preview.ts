import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfig } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import { openStore } from '../../store/open-store.ts';
import type { Terminal } from '../terminal.ts';
import type { PreviewOptions } from './preview-command.ts';
import { showThread, threadJson } from './show-thread.ts';

/** @throws NarratorError `thread-unknown`, `write-failed`; StoreError */
export async function preview(
  { env, stdout }: Terminal,
  id: string,
  { png, json }: PreviewOptions,
): Promise<void> {
  const store = await openStore(readConfig(env).store);
  let thread: ThreadRow | null;
  try {
    thread = await store.launch.thread(id);
  } finally {
    await store.close();
  }
  if (!thread) {
    throw new NarratorError('thread-unknown', `There is no thread ${id}: narrator launch draft prints ids.`);
  }
  const files = png === undefined ? [] : await writePictures(thread, png);
  if (json) {
    stdout.write(`${JSON.stringify({ ...threadJson(thread), files })}\n`);
    return;
  }
  stdout.write(showThread(thread, stdout));
  for (const file of files) stdout.write(`${file}\n`);
}

async function writePictures({ content }: ThreadRow, folder: string): Promise<string[]> {
  const files: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const [index, { pictures }] of content.parts.entries()) {
      for (const [at, { fileName, pngBase64 }] of pictures.entries()) {
        const file = path.join(folder, `${index + 1}-${at + 1}-${path.basename(fileName)}`);
        await writeFile(file, Buffer.from(pngBase64, 'base64'));
        files.push(file);
      }
    }
  } catch (cause) {
    throw new NarratorError('write-failed', `${folder} cannot be written: check the folder.`, { cause });
  }
  return files;
}
