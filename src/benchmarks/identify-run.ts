import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { readGpus, totalMemory } from '../inference/memory.ts';
import type { RunRecord } from './run-record.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** What writes, reads images, and measures. */
const PACKAGES = [
  'onnxruntime-node',
  '@huggingface/transformers',
  'sharp',
  '@vladmandic/human',
  'openai',
  '@anthropic-ai/sdk',
];

/** What a run states of the program and the machine. */
export type RunCircumstances = Pick<RunRecord, 'commit' | 'isDirty' | 'version' | 'machine' | 'versions'>;

export async function readCircumstances(): Promise<RunCircumstances> {
  const gpus = (await readGpus()) ?? [];
  return {
    ...(await readCommit()),
    version: manifest.version,
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalMemory(),
      gpu: gpus.length === 0 ? null : gpus.map(({ name }) => name).join(', '),
      platform: `${process.platform} ${process.arch}`,
    },
    versions: { node: process.versions.node, ...readVersions() },
  };
}

/** `2026-11-25-samples-1a2b3c`: the day, what it is about, and what no other run of that day has. */
export function makeRunId(name: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  return `${day}-${toSlug(name, 40)}-${randomBytes(3).toString('hex')}`;
}

/** Small letters, digits and hyphens: fit to name a file on any system. */
export function toSlug(name: string, maxLength = 80): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, maxLength)
    .replace(/[-.]+$/, '');
  return slug || 'run';
}

/** Null outside a checkout, or without git. */
async function readCommit(): Promise<Pick<RunRecord, 'commit' | 'isDirty'>> {
  const git = async (...args: string[]) =>
    (
      await promisify(execFile)('git', args, { cwd: PROJECT, timeout: 20_000, maxBuffer: 16_000_000 })
    ).stdout.trim();
  try {
    // Installed within another project's checkout, it is not that project's commit.
    if ((await git('rev-parse', '--show-prefix')) !== '') return { commit: null, isDirty: false };
    return {
      commit: await git('rev-parse', 'HEAD'),
      isDirty: (await git('status', '--porcelain')) !== '',
    };
  } catch {
    return { commit: null, isDirty: false };
  }
}

function readVersions(): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const name of PACKAGES) {
    const file = findPackageJSON(name, import.meta.url);
    if (file)
      versions[name] = z
        .object({ version: z.string() })
        .parse(JSON.parse(readFileSync(file, 'utf8'))).version;
  }
  return versions;
}
