import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockRun } from '../../src/benchmarks/run-lock.ts';

const LOCK = new URL('../../src/benchmarks/run-lock.ts', import.meta.url);

async function temporary(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'run-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a run is one process’s, and free again once that is killed', async () => {
  const folder = path.join(await temporary(), 'run');
  const script = `import { lockRun } from ${JSON.stringify(LOCK.href)}; await lockRun(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await expect(lockRun(folder)).rejects.toMatchObject({
    code: 'benchmark-run',
    message: expect.stringContaining(`in process ${child.pid}`),
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await lockRun(folder);
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'benchmark-run' });
  await lock.release();
  await (await lockRun(folder)).release();
});
