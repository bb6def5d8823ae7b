import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { formatBytes, readGpus } from '../inference/memory.ts';
import type { Check } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PROBE = fileURLToPath(new URL('probe.ts', import.meta.url));
const PROBE_TIMEOUT_MS = 20_000;

interface BackendNeeds {
  /** Libraries that npm does not bring, as the system's loader names them. */
  readonly libraries: readonly string[];
  /** What brings them. */
  readonly whereMissing: string;
  /** What else may be wrong. */
  readonly otherwise: string;
}

const NEEDS: Readonly<Record<string, BackendNeeds>> = {
  webgpu: {
    libraries: ['libvulkan.so.1'],
    whereMissing: 'Install the Vulkan loader (libvulkan1 on Debian).',
    otherwise: "It needs a graphics card with its maker's Vulkan driver.",
  },
  cuda: {
    libraries: [
      'libcuda.so.1',
      'libcudart.so.12',
      'libcublas.so.12',
      'libcublasLt.so.12',
      'libcurand.so.10',
      'libcufft.so.11',
      'libcudnn.so.9',
    ],
    whereMissing: "Install NVIDIA's driver (libcuda), CUDA 12 and cuDNN 9 (libcudnn).",
    otherwise:
      "Download ONNX Runtime's part of CUDA with ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js",
  },
};

const BACKENDS = z.object({
  version: z.string(),
  backends: z.array(z.object({ name: z.string(), bundled: z.boolean() })),
});

/** The version of ONNX Runtime and whether it computes on the processor, which everything falls back to. */
export function checkOnnxRuntime(env: Environment): Check {
  return {
    check: 'onnxruntime',
    timeoutMs: 2 * PROBE_TIMEOUT_MS,
    async run(signal) {
      const { version, backends } = BACKENDS.parse(await probe(['backends'], env, signal));
      await probe(['backend', 'cpu'], env, signal);
      const names = backends.filter(({ bundled }) => bundled).map(({ name }) => name);
      return {
        verdict: 'ok',
        message: `ONNX Runtime ${version} computes on the processor; brought by npm: ${names.join(', ')}`,
        details: { version, backends },
      };
    },
  };
}

/**
 * Whether a backend other than the processor computes. It is tried, in a process of its own; where that fails, the
 * libraries that it needs are looked for.
 *
 * @param backend ONNX Runtime's name for it
 */
export function checkBackend(backend: string, env: Environment): Check {
  return {
    check: backend,
    timeoutMs: 2 * PROBE_TIMEOUT_MS,
    async run(signal) {
      try {
        await probe(['backend', backend], env, signal);
        return { verdict: 'ok', message: 'computes', details: { works: true } };
      } catch (error) {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        const needs = NEEDS[backend];
        const missing = await findMissing(needs?.libraries ?? [], env);
        const found =
          missing.length > 0
            ? `${missing.join(', ')} not found). ${needs?.whereMissing}`
            : `${reason}). ${needs?.otherwise ?? ''}`;
        return {
          verdict: 'note',
          message: `does not compute here (${found}`.trim(),
          details: { works: false, missing, reason },
        };
      }
    },
  };
}

const SHARP = z.object({ sharp: z.string(), libvips: z.string() });

/** Whether the image decoder loads. */
export function checkSharp(env: Environment): Check {
  return {
    check: 'sharp',
    timeoutMs: PROBE_TIMEOUT_MS,
    async run(signal) {
      const versions = SHARP.parse(await probe(['sharp'], env, signal));
      return {
        verdict: 'ok',
        message: `sharp ${versions.sharp} with libvips ${versions.libvips}`,
        details: versions,
      };
    },
  };
}

/** The graphics cards that the system shows: NVIDIA's by their driver's program, others by their device files. */
export function checkGpu(): Check {
  return {
    check: 'gpu',
    timeoutMs: 15_000,
    async run() {
      const gpus = await readGpus();
      const devices = (await readdir('/dev/dri').catch(() => [])).filter(name => name.startsWith('renderD'));
      const details = { nvidia: gpus, renderDevices: devices };
      if (gpus && gpus.length > 0) {
        const names = gpus.map(
          ({ name, free, total, driver }) =>
            `${name}, ${formatBytes(free)} of ${formatBytes(total)} free, driver ${driver}`,
        );
        return { verdict: 'ok', message: names.join('; '), details };
      }
      if (devices.length > 0)
        return { verdict: 'ok', message: `no NVIDIA card; ${devices.join(', ')} in /dev/dri`, details };
      return { verdict: 'note', message: 'none seen: models run on the processor', details };
    },
  };
}

/** Runs `probe.ts`. @throws Error whose message is the last of what it said */
async function probe(words: readonly string[], env: Environment, signal: AbortSignal): Promise<unknown> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE, ...words], {
      env: env as NodeJS.ProcessEnv,
      timeout: PROBE_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 20,
      signal,
    });
    return JSON.parse(stdout);
  } catch (cause) {
    signal.throwIfAborted();
    const { stdout = '', signal: endedBy } = cause as { stdout?: string; signal?: string | null };
    if (endedBy) throw new Error(`the process that tried it was ended by ${endedBy}`, { cause });
    const fault = /^\{"fault":(".*")\}$/s.exec(stdout)?.[1];
    const message =
      fault === undefined ? 'the process that tried it failed' : withoutPlace(JSON.parse(fault));
    throw new Error(message, { cause });
  }
}

/** Without the place in ONNX Runtime's source and the condition there, which say nothing to whoever runs this. */
function withoutPlace(fault: string): string {
  return fault.replace(/^\/\S+:\d+ .* was (?:true|false)\. /, '');
}

/** Which libraries neither the loader's cache nor LD_LIBRARY_PATH has. On Linux; elsewhere none is known to be missing. */
async function findMissing(libraries: readonly string[], env: Environment): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const known = new Set<string>();
  // In /usr/sbin, which is not on everyone's path.
  for (const ldconfig of ['ldconfig', '/usr/sbin/ldconfig', '/sbin/ldconfig']) {
    const { stdout } = await promisify(execFile)(ldconfig, ['-p'], { timeout: 5000 }).catch(() => ({
      stdout: '',
    }));
    for (const [, name] of stdout.matchAll(/^\s+(\S+) \(/gm)) known.add(name!);
    if (known.size > 0) break;
  }
  for (const folder of (env.LD_LIBRARY_PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const name of await readdir(folder).catch(() => [])) known.add(name);
  }
  return libraries.filter(name => !known.has(name));
}
