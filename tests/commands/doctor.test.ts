import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { runNarrator } from './run-narrator.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'narrator-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function examine(env: Record<string, string> = {}) {
  const { status, stdout } = await runNarrator(['doctor', '--json'], {
    env: { NARRATOR_CACHE: folder, ...env },
  });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  return { status, ok, found: new Map(findings.map(finding => [finding.check, finding])) };
}

it('finds that this installation works, and describes a picture', async () => {
  const { status, ok, found } = await examine();
  expect({ status, ok }).toEqual({ status: 0, ok: true });
  for (const check of ['node', 'machine', 'sharp', 'onnxruntime', 'cache', 'detector', 'embedded engine']) {
    expect([check, found.get(check)?.verdict]).toEqual([check, 'ok']);
  }
  expect(found.get('embedded engine')?.details).toMatchObject({
    text: expect.stringMatching(/sky|green|blue/),
    usage: { peakMemoryBytes: expect.any(Number) },
  });
  expect(found.get('sharp')?.details).toMatchObject({ libvips: expect.stringMatching(/^\d+\./) });
});

it('prints a word before each line, without colours where no one sees them', async () => {
  const { status, stdout } = await runNarrator(['doctor'], { env: { NARRATOR_CACHE: folder } });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ok {4}node +Node 2\d/);
  expect(stdout).toMatch(/^(ok {4}|note {2})gpu/m);
  expect(stdout).toMatch(/All that is set up works\.\n$/);
  expect(stdout).not.toContain('\u001b');
});

it('warns of a cache that cannot be used, and goes on', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  const { status, found } = await examine({ NARRATOR_CACHE: file });
  expect(status).toBe(0);
  expect(found.get('cache')).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining('NARRATOR_CACHE'),
  });
  expect(found.get('embedded engine')).toMatchObject({ verdict: 'warn' });
});

it('exits with 1 where a part does not load', async () => {
  const hook = path.join(folder, 'without-sharp.mjs');
  await writeFile(
    hook,
    `import { registerHooks } from 'node:module';
    registerHooks({
      resolve(name, context, next) {
        if (name === 'sharp') throw new Error('sharp is broken here');
        return next(name, context);
      },
    });`,
  );
  const { status, ok, found } = await examine({ NODE_OPTIONS: `--import ${hook}` });
  expect({ status, ok }).toEqual({ status: 1, ok: false });
  expect(found.get('sharp')).toMatchObject({ verdict: 'fail', message: 'sharp is broken here' });
  expect(found.get('onnxruntime')).toMatchObject({ verdict: 'ok' });
});
