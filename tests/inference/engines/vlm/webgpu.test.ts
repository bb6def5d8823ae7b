import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeTinyModel, type TinyFamily } from './make-tiny-models.ts';
import { ANSWERS } from './tiny-vocabulary.ts';

const DESCRIBE = new URL('describe-on-device.ts', import.meta.url);
const PROBE = new URL('../../../../src/inference/models/probe-device-process.ts', import.meta.url);

/** Drivers that compute on the CPU: Mesa's lavapipe (Debian: mesa-vulkan-drivers) and SwiftShader (chromium). */
const SOFTWARE_DRIVERS = [
  '/usr/share/vulkan/icd.d/lvp_icd*.json',
  '/usr/lib/chromium/vk_swiftshader_icd.json',
];

function drivers(): string[] {
  const named = process.env.VK_ICD_FILENAMES;
  return [...(named ? [named] : []), ...SOFTWARE_DRIVERS.flatMap(pattern => globSync(pattern))];
}

function whatIsMissing(tried: readonly string[]): string {
  const loader = globSync('/usr/lib/*/libvulkan.so.1').length > 0 || existsSync('/usr/lib/libvulkan.so.1');
  if (!loader) return 'libvulkan.so.1 is missing (Debian: libvulkan1)';
  return tried.length === 0
    ? 'no Vulkan driver is installed (Debian: mesa-vulkan-drivers)'
    : `no WebGPU device on ${tried.join(' or ')} (Mesa 22 lacks what ONNX Runtime needs; 25 has it)`;
}

async function run(script: URL, args: string[], driver?: string): Promise<string> {
  const env = { ...process.env, ...(driver === undefined ? {} : { VK_ICD_FILENAMES: driver }) };
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(script), ...args], {
    env,
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  return stdout.trim().split('\n').at(-1)!;
}

async function findDriver(candidates: readonly string[]): Promise<string | undefined> {
  for (const driver of candidates) {
    const works = await run(PROBE, ['webgpu'], driver).then(
      () => true,
      () => false,
    );
    if (works) return driver;
  }
  return undefined;
}

async function describeOn(
  device: string,
  model: string,
  driver?: string,
): Promise<{ texts: readonly string[]; model: string }> {
  return JSON.parse(await run(DESCRIBE, [model, device], driver));
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'narrator-webgpu-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.for<TinyFamily>(['smolvlm', 'vision-encoder-decoder'])(
  'a made %s says on WebGPU what it says on the CPU',
  { timeout: 240_000 },
  async (family, { skip }) => {
    const model = await makeTinyModel(path.join(folder, family), family);
    const expected = await describeOn('cpu', model);
    expect(expected.texts).toEqual(Object.values(ANSWERS));
    const tried = drivers();
    const driver = await findDriver(tried);
    if (driver === undefined) return skip(whatIsMissing(tried));
    const seen = await describeOn('webgpu', model, driver);
    expect(seen.model).toContain('webgpu');
    expect(seen.texts).toEqual(expected.texts);
  },
);
